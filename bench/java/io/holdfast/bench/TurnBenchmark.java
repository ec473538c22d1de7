package io.holdfast.bench;

import io.holdfast.broker.Broker;
import io.holdfast.broker.Change;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.broker.Settings;
import io.holdfast.broker.Store;
import io.holdfast.broker.Turn;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does the core cost for each message that is published, in time and in bytes allocated, by who gets it
 * and by how many messages share a turn?
 *
 * <pre>bench/run TurnBenchmark -prof gc</pre>
 *
 * <p>{@value #DEVICES} devices with durable sessions have each subscribed to their own Topic Filter and to a
 * common one. A message of 256 bytes goes to one device at random, or to all of a group of {@value #GROUP}.
 * Its cost contains that of its deliveries and of the PUBACKs for them, which arrive in the next turn.
 * Nothing is committed, encoded or sent: a black hole takes the changes and effects.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class TurnBenchmark {
    private static final int MESSAGES = 64;
    private static final int PREPARED = 8_192;
    private static final int PAYLOAD_BYTES = 256;
    private static final int DEVICES = 1_000;
    private static final int GROUP = 100;
    private static final long PUBLISHER = 0;
    private static final Input TIME_PASSED = new Input.TimePassed();

    /** Who gets a message. */
    public enum Recipients {
        /** One device that is away. */
        AWAY(QoS.AT_LEAST_ONCE, false),
        /** One device that is connected and has all earlier messages. */
        ONLINE(QoS.AT_LEAST_ONCE, false),
        /** The same at QoS 0, of which nothing is stored. */
        ONLINE_QOS_0(QoS.AT_MOST_ONCE, false),
        /** A group of devices, all of them connected. */
        GROUP_ONLINE(QoS.AT_LEAST_ONCE, true);

        private final QoS qos;
        private final boolean isGroup;

        Recipients(QoS qos, boolean isGroup) {
            this.qos = qos;
            this.isGroup = isGroup;
        }
    }

    /** A device's PUBACKs on their way to the broker; the same objects in every turn. */
    private static final class Device {
        final List<Packet> answers = new ArrayList<>();
        final Input input;

        Device(long connectionId) {
            input = new Input.PacketsReceived(connectionId, answers);
        }
    }

    @Param
    public Recipients recipients;

    /** Messages in one turn. */
    @Param({"1", "64"})
    public int publishes;

    private final Device[] devices = new Device[1 + DEVICES];
    private final List<Device> answering = new ArrayList<>();
    private final Puback[] pubacks = new Puback[65_536];
    private Broker broker;
    private Input[] batches;
    private int nextBatch;
    private long turns;
    private long nowMillis = 1_700_000_000_000L;

    @Setup
    public void prepare() {
        Store.Recovered nothing =
                new Store.Recovered(List.of(), List.of(), List.of(), new Change.IdsReserved(0, 0, 0), 0,
                List.of());
        broker = new Broker(Settings.DEFAULT, false, nothing, 1, nowMillis);
        Arrays.setAll(pubacks, id -> new Puback(id, ReasonCode.SUCCESS, Properties.NONE));
        connect(PUBLISHER, Properties.NONE);
        for (int id = 1; id <= DEVICES; id++) {
            devices[id] = new Device(id);
            connect(id, Properties.of(Property.SESSION_EXPIRY_INTERVAL, 0xFFFF_FFFFL));
            handle(new Input.PacketsReceived(id, List.of(new Subscribe(1, Properties.NONE,
                    List.of(requested("fleet/porto/meter-" + id + "/#"),
                            requested("fleet/porto/group-" + id % (DEVICES / GROUP) + "/+"))))));
            if (recipients == Recipients.AWAY) {
                handle(new Input.ConnectionClosed(id));
            }
        }
        batches = batches(new SplittableRandom(1));
    }

    private void connect(long id, Properties properties) {
        String clientId = "meter-" + id;
        handle(new Input.ConnectionOpened(id, ""));
        handle(new Input.PacketsReceived(id, List.of(new Connect(ProtocolVersion.MQTT_5, false, 0,
                properties, clientId, null, null, null))));
        handle(new Input.SessionRead(clientId, List.of()));
    }

    private static Subscribe.Requested requested(String topicFilter) {
        return new Subscribe.Requested(topicFilter, SubscriptionOptions.of(QoS.AT_LEAST_ONCE));
    }

    private void handle(Input input) {
        Turn turn = new Turn(++turns, turns - 1);
        broker.handle(input, nowMillis, turn);
        broker.finish(nowMillis, turn);
    }

    private Input[] batches(SplittableRandom random) {
        Input[] prepared = new Input[PREPARED / publishes];
        for (int i = 0; i < prepared.length; i++) {
            List<Packet> packets = new ArrayList<>();
            for (int j = 0; j < publishes; j++) {
                packets.add(publish(random, 1 + j));
            }
            prepared[i] = new Input.PacketsReceived(PUBLISHER, packets);
        }
        return prepared;
    }

    private Publish publish(SplittableRandom random, int packetId) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        random.nextBytes(payload);
        String topicName = recipients.isGroup
                ? "fleet/porto/group-" + random.nextInt(DEVICES / GROUP) + "/firmware"
                : "fleet/porto/meter-" + random.nextInt(1, DEVICES + 1) + "/settings/interval";
        return new Publish(false, recipients.qos, false, topicName,
                recipients.qos == QoS.AT_MOST_ONCE ? 0 : packetId, Properties.NONE, payload);
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void messages(Blackhole blackhole) {
        nowMillis += 10; // so that logs are trimmed after every hundred of these
        for (int i = 0; i < MESSAGES; i += publishes) {
            Turn turn = new Turn(++turns, turns - 1);
            broker.handle(TIME_PASSED, nowMillis, turn);
            acknowledge(turn);
            broker.handle(batches[nextBatch++ % batches.length], nowMillis, turn);
            broker.finish(nowMillis, turn);
            release(turn, blackhole);
        }
    }

    private void acknowledge(Turn turn) {
        for (int i = 0; i < answering.size(); i++) {
            Device device = answering.get(i);
            broker.handle(device.input, nowMillis, turn);
            device.answers.clear();
        }
        answering.clear();
    }

    private void release(Turn turn, Blackhole blackhole) {
        turn.changes().forEach(blackhole::consume);
        turn.unbound().forEach(blackhole::consume);
        List<Effect> effects = turn.effects();
        for (int i = 0; i < effects.size(); i++) {
            blackhole.consume(effects.get(i));
            if (effects.get(i) instanceof Effect.Send(long id, Publish publish)) {
                Device device = devices[(int) id];
                if (device.answers.isEmpty()) {
                    answering.add(device);
                }
                device.answers.add(pubacks[publish.packetId()]);
            }
        }
    }
}
