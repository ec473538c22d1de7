package io.holdfast.tools;

import io.holdfast.mqtt.QoS;
import io.holdfast.system.Deliveries.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** {@code tools/holdfast demo}: a broker, a fleet that is away, and a {@code kill -9}, told as a story. */
public final class Demo {
    private static final String USAGE = """
            usage: tools/holdfast demo
            Plays with a broker of its own, in a temporary folder. The status is 0 if the promise was
            kept, and 1 otherwise.""";
    private static final int OTHERS = 8;
    private static final int FIRST_MESSAGES = 1_000;
    private static final int MORE_MESSAGES = 1_000_000;
    private static final int ACKNOWLEDGED_AT_KILL_MIN = 500;
    private static final int ACKNOWLEDGED_AT_KILL_MAX = 2_500;

    private static final Load LOAD = new Load(1, 100, QoS.EXACTLY_ONCE);

    private final TemporaryBroker broker;
    private final List<Publisher> publishers = List.of(
            new Publisher(LOAD, 0, FIRST_MESSAGES), new Publisher(LOAD, 1, MORE_MESSAGES),
            new Publisher(LOAD, 2, 1));
    private final Device thermostat = device("thermostat", QoS.AT_LEAST_ONCE);
    private final Device doorLock = device("door-lock", QoS.EXACTLY_ONCE);
    private final List<Device> devices = new ArrayList<>(List.of(thermostat, doorLock));
    private int step;

    private Demo(TemporaryBroker broker) {
        this.broker = broker;
        for (int i = 0; i < OTHERS; i++) {
            devices.add(device("lamp-" + i, i % 2 == 0 ? QoS.AT_LEAST_ONCE : QoS.EXACTLY_ONCE));
        }
    }

    private Device device(String clientId, QoS qos) {
        return new Device(LOAD, clientId, 0, qos, publishers.size());
    }

    public static void main(String[] args) {
        Arguments.read("demo", USAGE, args, _ -> USAGE);
        boolean kept;
        try (TemporaryBroker broker = new TemporaryBroker("holdfast-demo-")) {
            kept = new Demo(broker).playOrTell();
        }
        System.exit(kept ? 0 : 1);
    }

    private boolean playOrTell() {
        try {
            return play();
        } catch (RuntimeException e) {
            broker.requireOpen();
            System.out.println("The demo failed: " + Crash.causes(e));
            return false;
        }
    }

    private boolean play() {
        tell("A broker starts. Its data folder is empty and in %s.", broker.folder());
        startBroker();
        tell("A thermostat subscribes to %s at QoS 1, a door lock at QoS 2, and %d lamps at either.",
                LOAD.topicName(0), OTHERS);
        broker.play(devices.stream().map(Device::subscribing).toList());
        detail("Then all of them go away.");
        tell("Somebody publishes %,d messages at QoS 2.", FIRST_MESSAGES);
        broker.play(publishers.subList(0, 1));
        detail("%,d are acknowledged. Nobody is there to take them.",
                publishers.getFirst().acknowledged(0).cardinality());
        killWhilePublishing();
        tell("The broker starts again, on what is on disk.");
        startBroker();
        tell("The devices come back, and take what is there for them, until one last message.");
        broker.play(publishers.subList(2, 3));
        devices.forEach(device -> device.endWith(2));
        TemporaryBroker.Work taken = broker.play(devices);
        detail("%,d messages are delivered in %,d ms.", taken.messages(), taken.millis());
        return judge();
    }

    private void startBroker() {
        long millis = broker.start();
        detail("Process %d is ready after %,d ms.", broker.pid(), millis);
    }

    private void killWhilePublishing() {
        long killAt = new SplittableRandom().nextLong(ACKNOWLEDGED_AT_KILL_MIN, ACKNOWLEDGED_AT_KILL_MAX);
        tell("More is published, and meanwhile: kill -9 %d.", broker.pid());
        Publisher publisher = publishers.get(1);
        broker.playAndKill(List.of(publisher), killAt);
        int acknowledged = publisher.acknowledged(0).cardinality();
        detail("%,d more were sent. %,d of them had been acknowledged; %,d had not, and are not sent again.",
                publisher.sent(), acknowledged, publisher.sent() - acknowledged);
    }

    private boolean judge() {
        tell("What each device got is held against what was acknowledged:");
        judge("the thermostat (QoS 1)", List.of(thermostat));
        judge("the door lock (QoS 2)", List.of(doorLock));
        judge("the lamps together", devices.subList(2, devices.size()));
        boolean kept = devices.stream().allMatch(device -> device.verdict(publishers).isKept(device.qos()));
        System.out.println(kept
                ? "The promise was kept: an acknowledgement means that it is on disk."
                : "THE PROMISE WAS BROKEN.");
        return kept;
    }

    private void judge(String who, List<Device> judged) {
        Verdict verdict = judged.stream().map(device -> device.verdict(publishers))
                .reduce(Verdict.NOTHING, Verdict::plus);
        long there = verdict.acknowledged() - verdict.lost();
        long more = verdict.arrived() - there;
        detail("%s: %,d of %,d arrived; %s%s", who, there, verdict.acknowledged(), verdict, more == 0 ? ""
                : " (and %,d arrived that were stored, but not acknowledged yet)".formatted(more));
    }

    private void tell(String sentence, Object... values) {
        System.out.println(++step + ". " + sentence.formatted(values));
    }

    private static void detail(String sentence, Object... values) {
        System.out.println("   " + sentence.formatted(values));
    }
}
