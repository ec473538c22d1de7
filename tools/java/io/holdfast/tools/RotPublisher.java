package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.io.IOException;

/** A client that publishes at QoS 2, and notes in a ledger what it has published. */
final class RotPublisher implements AutoCloseable {
    private static final int UNACKNOWLEDGED_MAX = 50;
    private static final int PACKET_ID_MAX = 65_535;

    private final BlockingClient client;
    private final RotLedger ledger;
    private int sent;
    private int acknowledged;

    RotPublisher(int port, RotLedger ledger) throws IOException {
        this.ledger = ledger;
        client = BlockingClient.connect(port, new Packet.Connect(ProtocolVersion.MQTT_5, true, 0,
                Properties.NONE, "publisher", null, null, null));
    }

    void publish(RotMessage message, boolean retain) throws IOException {
        send(message.topicName(), message.payload(), retain);
        ledger.published(message.topicName()).set(message.number());
        if (retain) {
            ledger.retained().put(message.topicName(), message.number());
        }
    }

    /** An empty payload removes what is retained [MQTT-3.3.1-6]. */
    void removeRetained(String topicName) throws IOException {
        send(topicName, new byte[0], true);
        ledger.retained().remove(topicName);
    }

    private void send(String topicName, byte[] payload, boolean retain) throws IOException {
        int packetId = sent % PACKET_ID_MAX + 1;
        client.send(new Packet.Publish(false, QoS.EXACTLY_ONCE, retain, topicName, packetId, Properties.NONE,
                payload));
        sent++;
        while (sent - acknowledged >= UNACKNOWLEDGED_MAX) {
            await();
        }
    }

    /** Returns when everything is the broker's. */
    void awaitAll() throws IOException {
        while (acknowledged < sent) {
            await();
        }
    }

    private void await() throws IOException {
        switch (client.receive()) {
            case Packet.Pubrec pubrec when !pubrec.reason().isError() ->
                client.send(new Packet.Pubrel(pubrec.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            case Packet.Pubcomp _ -> acknowledged++;
            case Packet other -> throw client.unexpected(other);
        }
    }

    @Override
    public void close() throws IOException {
        client.disconnect();
    }
}
