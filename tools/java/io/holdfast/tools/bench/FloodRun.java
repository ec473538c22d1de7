package io.holdfast.tools.bench;

import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.system.BrokerProcess;
import io.holdfast.system.TestCertificates;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One flood against the packaged broker, and what becomes of the broker and of a client that behaves. */
final class FloodRun {
    private static final int RATE = 100;
    private static final int BYTES = 256;
    private static final int OPENING_AT_ONCE = 200;
    private static final long SILENCE_MILLIS = 20_000;
    /** All clients of a flood that return are given so long to be there for the first time. */
    private static final long ARRIVAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * What is asked for.
     *
     * @param clients of the largest floods; others have fewer, in proportion
     * @param memoryBytes that the broker may take
     * @param set settings of the broker, NAME=VALUE each
     */
    record Options(int clients, int seconds, long memoryBytes, List<String> set) {}

    /**
     * What was seen.
     *
     * @param live of the client that behaves
     * @param missing what clients of the flood should have been told and were not
     */
    record Outcome(Result live, long peakResidentBytes, Flooder.Tally tally, List<String> missing) {
        boolean isGood(Options options) {
            return live.isKept() && live.measured().count() > 0 && missing.isEmpty()
                    && peakResidentBytes > 0 && peakResidentBytes <= options.memoryBytes();
        }
    }

    private final Options options;
    private final Floods flood;
    private final Flooder.Tally tally = new Flooder.Tally();

    FloodRun(Options options, Floods flood) {
        this.options = options;
        this.flood = flood;
    }

    Outcome run() throws Exception {
        Path folder = Files.createTempDirectory("holdfast-flood-");
        TestCertificates certificates = new TestCertificates();
        Path certificate = TestCertificates.write(certificates.server, folder, "server");
        List<String> flags = new ArrayList<>(List.of("--listen", "mqtt://127.0.0.1:0", "--listen",
                "mqtts://127.0.0.1:0?cert=" + certificate + "&key=" + folder.resolve("server.key"), "--set",
                "memory-bytes=" + options.memoryBytes(), "--set", "receive-maximum=65535", "--set",
                "in-flight-max=65535", "--set", "connect-millis-max=2000"));
        options.set().forEach(one -> flags.addAll(List.of("--set", one)));
        Thread removing = new Thread(() -> remove(folder));
        try (BrokerProcess broker = BrokerProcess.startWith(folder.resolve("data"),
                flags.toArray(String[]::new))) {
            Runtime.getRuntime().addShutdownHook(removing);
            return flood(broker, certificates);
        } finally {
            Runtime.getRuntime().removeShutdownHook(removing);
            remove(folder);
        }
    }

    private Outcome flood(BrokerProcess broker, TestCertificates certificates) throws Exception {
        ProgressBar none = new ProgressBar(null);
        try (Fleet fleet = new Fleet(target(broker, flood.tls() ? 1 : 0), none);
                Fleet behaved = new Fleet(target(broker, 0), none)) {
            if (flood.tls()) {
                fleet.use(SslContextBuilder.forClient().trustManager(certificates.trust()).build());
            }
            List<Flooder> clients = IntStream.range(0, flood.clients(options.clients()))
                    .mapToObj(number -> flood.client(number, fleet, tally)).toList();
            if (flood.flood() instanceof Floods.Returning) {
                returnAll(clients, fleet);
            } else {
                fleet.after(0, () -> fleet.open(clients.iterator(), OPENING_AT_ONCE, _ -> { }));
            }
            Result live = new Live(new Live.Options(Live.Shape.ONE_TO_ONE, 1, 1, 1,
                    RATE * options.seconds(), 0, RATE, 1, BYTES, QoS.AT_LEAST_ONCE, true)).run(behaved);
            long peak = ProcessSample.peakResidentBytes(broker.pid());
            fleet.end(clients);
            return new Outcome(live, peak, tally, flood.missing(tally));
        } catch (IllegalStateException e) {
            throw new IllegalStateException(flood.name() + ": " + e.getMessage() + ", clients were told "
                    + tally + "; the broker said " + broker.said(), e);
        }
    }

    /** All come, and lose their connections when the last one is there. */
    private static void returnAll(List<Flooder> clients, Fleet fleet) {
        fleet.play("arrive", "clients", "", clients.size(), meter -> {
            fleet.openAll(clients, meter);
            fleet.after(ARRIVAL_NANOS, meter::finish);
        });
        fleet.after(0, () -> {
            clients.forEach(Client::drop);
            clients.forEach(client -> fleet.open(List.of(client).iterator(), 1, _ -> { }));
        });
    }

    private static Fleet.Target target(BrokerProcess broker, int listener) {
        String url = broker.urls().get(listener);
        return new Fleet.Target("127.0.0.1", Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)),
                ProtocolVersion.MQTT_5, broker.pid(), SILENCE_MILLIS, OPENING_AT_ONCE);
    }

    private static void remove(Path folder) {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.err.println("the folder " + folder + " could not be removed: " + e);
        }
    }
}
