package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code tools/holdfast retained}: many retained messages for one subscription, and the memory they take. */
public final class Retained {
    private static final String USAGE = """
            usage: tools/holdfast retained [--messages N] [--size BYTES] [--heap MEBIBYTES]
              --messages N       retained messages, each on a topic of its own (default 1000000)
              --size BYTES       of each payload (default 100)
              --heap MEBIBYTES   what the broker's Java heap may grow to (default 256)
            All are published at QoS 1. Then a durable session subscribes to # at QoS 1, whose client reads
            one message every few milliseconds at first, and then as fast as it can. The status is 0 if each
            message came once, and 1 otherwise.""";
    private static final String TOPIC = "retained/";
    private static final int WINDOW_MAX = 512;
    private static final int SLOW_MESSAGES = 1_000;
    private static final int SLOW_MILLIS = 5;
    private static final Pattern LIVE = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

    private record Options(int messages, int bytes, int heapMebibytes) {}

    private final Options options;
    private final TemporaryBroker broker;
    private final BitSet arrived = new BitSet();
    private int repeated;

    private Retained(Options options, TemporaryBroker broker) {
        this.options = options;
        this.broker = broker;
    }

    public static void main(String[] args) throws IOException {
        Options options = Arguments.read("retained", USAGE, args, arguments -> new Options(
                arguments.number("--messages", 1_000_000, 1, 100_000_000),
                arguments.number("--size", 100, 1, 1 << 20), arguments.number("--heap", 256, 16, 1 << 20)));
        try (TemporaryBroker broker = new TemporaryBroker("holdfast-retained-")) {
            broker.start("-Xmx" + options.heapMebibytes() + "m");
            System.exit(new Retained(options, broker).run() ? 0 : 1);
        }
    }

    private boolean run() throws IOException {
        tell("the broker is ready");
        long startNanos = System.nanoTime();
        publishAll();
        tell("%,d messages of %,d bytes are retained (%,d/s)".formatted(options.messages(), options.bytes(),
                perSecond(options.messages(), startNanos)));
        long takeNanos = System.nanoTime();
        takeAll();
        tell("all have been sent (%,d/s)".formatted(perSecond(options.messages(), takeNanos)));
        System.out.printf("%,d of %,d arrived, %,d of them more than once%n", arrived.cardinality(),
                options.messages(), repeated);
        return arrived.cardinality() == options.messages() && repeated == 0;
    }

    private static long perSecond(long messages, long startNanos) {
        return messages * 1_000_000_000L / (System.nanoTime() - startNanos);
    }

    private void publishAll() throws IOException {
        byte[] payload = new byte[options.bytes()];
        try (BlockingClient client = connect("publisher")) {
            int next = 0;
            for (int acknowledged = 0; acknowledged < options.messages(); acknowledged++) {
                for (; next < options.messages() && next - acknowledged < WINDOW_MAX; next++) {
                    client.send(new Packet.Publish(false, QoS.AT_LEAST_ONCE, true, TOPIC + next,
                            next % WINDOW_MAX + 1, Properties.NONE, payload));
                }
                if (!(client.receive() instanceof Packet.Puback puback) || puback.reason().isError()) {
                    throw new IllegalStateException("message " + acknowledged + " was not accepted");
                }
            }
            client.disconnect();
        }
    }

    private void takeAll() throws IOException {
        try (BlockingClient client = connect("subscriber")) {
            client.send(new Packet.Subscribe(1, Properties.NONE, List.of(
                    new Packet.Subscribe.Requested("#", SubscriptionOptions.of(QoS.AT_LEAST_ONCE)))));
            for (int taken = 0; taken < options.messages();) {
                switch (client.receive()) {
                    case Packet.Publish publish -> {
                        take(publish, client);
                        pause(++taken);
                    }
                    case Packet.Suback _ -> { }
                    case Packet other -> throw client.unexpected(other);
                }
            }
            client.disconnect();
        }
    }

    private void take(Packet.Publish publish, BlockingClient client) throws IOException {
        int number = Integer.parseInt(publish.topicName(), TOPIC.length(), publish.topicName().length(), 10);
        repeated += arrived.get(number) ? 1 : 0;
        arrived.set(number);
        client.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
    }

    /** Nothing is read for a while at the beginning and when the broker is looked at. */
    private void pause(int taken) {
        if (taken <= SLOW_MESSAGES) {
            try {
                Thread.sleep(SLOW_MILLIS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }
        if (taken == SLOW_MESSAGES) {
            tell("%,d have been read, slowly".formatted(taken));
        } else if (taken == options.messages() / 2) {
            tell("half have been read");
        }
    }

    private BlockingClient connect(String clientId) throws IOException {
        return BlockingClient.connect(broker.port(), BlockingClient.durableSession(clientId));
    }

    /** What is alive on the broker's heap after a collection, and what the process has of the memory. */
    private void tell(String when) {
        try {
            Process histogram = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd")
                    .toString(), Long.toString(broker.pid()), "GC.class_histogram").start();
            long heap = number(LIVE, new String(histogram.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8));
            long resident = number(RESIDENT, Files.readString(Path.of("/proc/" + broker.pid() + "/status")));
            System.out.printf("%-52s heap %,5d MB, process %,5d MB%n", when, heap / 1_000_000,
                    resident * 1_024 / 1_000_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("there is no " + pattern + " in " + text);
        }
        return Long.parseLong(matcher.group(1));
    }
}
