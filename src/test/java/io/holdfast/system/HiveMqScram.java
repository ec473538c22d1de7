package io.holdfast.system;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.holdfast.security.ScramClient;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** SCRAM for the HiveMQ client; a server that does not show that it knows the password's keys is refused. */
final class HiveMqScram implements Mqtt5EnhancedAuthMechanism {
    private static final int TIMEOUT_SECONDS = 60;

    private final String method;
    private final AtomicInteger successes = new AtomicInteger();
    private volatile Mqtt5DisconnectReasonCode rejection;
    private volatile String userName;
    private volatile String password;
    private volatile ScramClient exchange;

    HiveMqScram(String method, String userName, String password) {
        this.method = method;
        become(userName, password);
    }

    /** From the next exchange on. */
    void become(String otherName, String otherPassword) {
        userName = otherName;
        password = otherPassword;
    }

    int successes() {
        return successes.get();
    }

    /** Why the broker has ended the connection when the client authenticated again, or null. */
    Mqtt5DisconnectReasonCode rejection() {
        return rejection;
    }

    private void begin(Mqtt5EnhancedAuthBuilder to) {
        exchange = new ScramClient(method, userName, password, "n,,");
        to.data(exchange.first());
    }

    private CompletableFuture<Boolean> succeeded(Optional<ByteBuffer> data) {
        boolean known = data.isPresent() && exchange.isOfServer(bytes(data.get()));
        successes.addAndGet(known ? 1 : 0);
        return CompletableFuture.completedFuture(known);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Override
    public MqttUtf8String getMethod() {
        return MqttUtf8String.of(method);
    }

    @Override
    public int getTimeout() {
        return TIMEOUT_SECONDS;
    }

    @Override
    public CompletableFuture<Void> onAuth(Mqtt5ClientConfig config, Mqtt5Connect connect,
            Mqtt5EnhancedAuthBuilder to) {
        begin(to);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder to) {
        begin(to);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> onContinue(Mqtt5ClientConfig config, Mqtt5Auth auth,
            Mqtt5AuthBuilder to) {
        to.data(exchange.last(bytes(auth.getData().orElseThrow())));
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck connack) {
        return succeeded(connack.getEnhancedAuth().orElseThrow().getData());
    }

    @Override
    public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
        return succeeded(auth.getData());
    }

    @Override
    public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connack) {}

    @Override
    public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {
        rejection = disconnect.getReasonCode();
    }

    @Override
    public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

    @Override
    public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
}
