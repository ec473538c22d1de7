package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Settings;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.netty.Trace;
import io.holdfast.security.Security;
import io.holdfast.system.RawClient;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands to a whole broker, but for the disk, through its socket. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class ControlTest {
    private static final ProtocolVersion VERSION = ProtocolVersion.MQTT_5;
    private static final int BACKLOG_PACKETS = 40_000;

    @TempDir
    private Path data;
    private final GatedStore store = new GatedStore();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private HoldfastServer server;
    private Control control;

    @BeforeEach
    void start() throws InterruptedException {
        store.gate.release(100_000);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = new HoldfastServer(List.of(new ListenerOptions("--port 0", address, List.of())),
                Settings.DEFAULT, Memory.of(0, 1L << 30), Security.none(), List.of(), () -> store,
                (_, _) -> { });
        control = new Control(data);
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.stop();
        control.stop();
    }

    private RawClient client(String clientId) throws IOException {
        RawClient client = new RawClient(URI.create(server.urls().getFirst()).getPort(), VERSION);
        client.connect(clientId);
        return client;
    }

    private int run(Path folder, String command, String... arguments) throws Request.RefusedException {
        return new ControlCommand(command, List.of(arguments)).run(folder, lines::add);
    }

    private String refusal(Path folder, String command, String... arguments) {
        return assertThrows(Request.RefusedException.class, () -> run(folder, command, arguments))
                .getMessage();
    }

    private CompletableFuture<Integer> trace(String... arguments) throws InterruptedException {
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> {
            try {
                return run(data, "trace", arguments);
            } catch (Request.RefusedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertTrue(lines.take().startsWith("# tracing "));
        return status;
    }

    private static Packet publish(String topicName, String payload) {
        return RawClient.publish(QoS.AT_MOST_ONCE, 0, topicName, payload.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTraceEndsAfterAsManyPacketsAsItWasAskedFor() throws Exception {
        control.serve(server);
        try (RawClient meter = client("meter-7")) {
            CompletableFuture<Integer> status =
                    trace("--client=meter-7", "--topic", "a/#", "--packets", "2", "--payload", "3");
            meter.send(publish("b", "no"), publish("a/1", "one"), new Packet.Pingreq(),
                    publish("a", "\"x\n"));
            assertEquals(ControlCommand.STATUS_DONE, status.get());
        }
        String place = "client=meter-7 received PUBLISH ";
        assertTrue(lines.take().endsWith(place + "topic=a/1 qos=0 bytes=3 payload=\"one\""));
        assertTrue(lines.take().endsWith(place + "topic=a qos=0 bytes=3 payload=\"\\x22x\\x0a\""));
        assertEquals("# the trace has ended after 2 packets", lines.take());
        assertNull(lines.poll());
    }

    @Test
    void aTraceEndsAfterItsTimeThoughNothingHappens() throws Exception {
        control.serve(server);
        assertEquals(ControlCommand.STATUS_DONE, run(data, "trace", "--client", "nobody", "--seconds", "1"));
        assertEquals(List.of("# tracing client nobody, for 1 s or 100,000 packets",
                "# the trace has ended after 0 packets"), List.copyOf(lines));
    }

    @Test
    void aTraceIsCutOffWhenTheBrokerStops() throws Exception {
        control.serve(server);
        CompletableFuture<Integer> status = trace("--client", "*");
        control.stop();
        assertEquals(ControlCommand.STATUS_CUT_OFF, status.get());
        assertFalse(Files.exists(data.resolve(ControlSocket.FILE)));
    }

    @Test
    void whoTracesAndIsGoneMakesRoomForAnotherTrace() throws Exception {
        control.serve(server);
        List<Trace> others = new ArrayList<>();
        for (Trace other = new Trace("*", null); server.traces().begin(other); other = new Trace("*", null)) {
            others.add(other);
        }
        assertEquals("as many traces are on as may be; expected one of them to end first",
                refusal(data, "trace", "--client", "*"));
        server.traces().end(others.removeFirst());
        try (SocketChannel gone = ask("trace", Map.of("--client", "*"))) {
            reader(gone).readLine();
        }
        while (!server.traces().begin(others.getFirst())) { // until the broker has found out
            Thread.onSpinWait();
        }
    }

    private SocketChannel ask(String command, Map<String, String> options) throws IOException {
        SocketChannel channel = ControlSocket.connect(data);
        Control.write(command, options, new DataOutputStream(Channels.newOutputStream(channel)));
        return channel;
    }

    private static BufferedReader reader(SocketChannel channel) {
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    @Test
    void whoDoesNotReadItsTraceLosesLinesAndHoldsUpNobody() throws Exception {
        control.serve(server);
        try (RawClient meter = client("meter-7");
                SocketChannel slow = ask("trace", Map.of("--client", "meter-7"))) {
            BufferedReader answer = reader(slow);
            assertTrue(answer.readLine().startsWith(" # tracing"));
            Packet[] batch = new Packet[100];
            for (int i = 0; i < BACKLOG_PACKETS; i += batch.length) {
                Arrays.fill(batch, publish("a", "%0200d".formatted(i)));
                batch[batch.length - 1] = new Packet.Pingreq();
                meter.send(batch);
                meter.expect(Packet.Pingresp.class);
            }
            String line = answer.readLine();
            for (; !line.contains(" lines are left out here: "); line = answer.readLine()) {
                if (line.equals("~")) { // there is room again: what comes now follows the gap
                    meter.send(new Packet.Pingreq());
                }
            }
            long leftOut = Long.parseLong(line.replaceAll("\\D", ""));
            assertTrue(leftOut > 0 && leftOut < BACKLOG_PACKETS, line);
        }
    }

    @Test
    void theSlowestAreAskedOfTheCore() throws Exception {
        control.serve(server);
        assertEquals(ControlCommand.STATUS_DONE, run(data, "slowest", "--limit", "3"));
        assertEquals(List.of("no connected subscriber has been behind for a second"), List.copyOf(lines));
        lines.clear();
        try (RawClient meter = client("meter 7")) {
            meter.send(RawClient.subscribe("a", QoS.AT_LEAST_ONCE),
                    RawClient.publish(QoS.AT_LEAST_ONCE, 1, "a", new byte[3]));
            do {
                lines.clear();
                run(data, "slowest");
            } while (lines.size() < 2); // it is slow after a second
        }
        assertEquals("slow for s|no ack for s|in flight|waiting|unsent bytes|client",
                lines.take().strip().replaceAll(" {2,}", "|"));
        String row = lines.take().strip().replaceAll(" {2,}", "|");
        assertTrue(row.matches("(\\d+\\.\\d)\\|\\1\\|1/\\d+\\|0\\|0\\|client=\"meter 7\""), row);
    }

    @Test
    void theSocketIsForTheUserOfTheBrokerOnly() throws Exception {
        control.serve(server);
        assertEquals("rw-------", PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve(ControlSocket.FILE))));
        try (var files = Files.list(data)) {
            assertEquals(List.of(data.resolve(ControlSocket.FILE)), files.toList());
        }
    }

    @Test
    void whatADeadBrokerHasLeftIsInNobodysWay() throws Exception {
        Path socket = data.resolve(ControlSocket.FILE);
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket))
                .close();
        Files.createDirectory(data.resolve("control.new"));
        assertEquals("no broker runs on the store " + data + "; expected --data FOLDER or --config FILE of"
                + " one that does", refusal(data, "slowest"));
        control.serve(server);
        assertEquals(ControlCommand.STATUS_DONE, run(data, "slowest"));
    }

    @Test
    void aFolderWhosePathIsTooLongForASocketHasOneAllTheSame() throws Exception {
        Path deep = Files.createDirectories(data.resolve("x".repeat(120)));
        Control far = new Control(deep);
        far.serve(server);
        assertEquals(ControlCommand.STATUS_DONE, run(deep, "slowest"));
        far.stop();
        assertFalse(Files.exists(deep.resolve(ControlSocket.FILE)));
        assertTrue(refusal(deep, "slowest").startsWith("no broker runs on the store "));
    }

    @Test
    void aFolderThatCanHaveNoSocketHasNoneAndTheBrokerServesItsClients() throws Exception {
        Files.createDirectories(data.resolve(ControlSocket.FILE).resolve("in-the-way"));
        control.serve(server);
        client("meter-7").close();
        assertTrue(refusal(data, "slowest").startsWith("no broker runs on the store "));
    }

    @Test
    void whatIsNoCommandIsRefusedAndTheNextOneIsCarriedOut() throws Exception {
        control.serve(server);
        try (SocketChannel unknown = ask("dance", Map.of("--x", "y"))) {
            assertTrue(reader(unknown).readLine()
                    .startsWith("!this broker does not know the command dance; "));
        }
        try (SocketChannel wrong = ask("trace", Map.of("--topic", "a/#/\n."))) {
            assertEquals("!--topic is a/#/ ., which is no Topic Filter; expected one such as a/b, a/+/c or"
                    + " a/#", reader(wrong).readLine());
        }
        ControlSocket.connect(data).close();
        assertEquals(ControlCommand.STATUS_DONE, run(data, "slowest"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {
        "trace: expected --client ID, --topic FILTER or both; --client '*' is all clients",
        "trace --topic a/#/b: --topic is a/#/b, which is no Topic Filter; expected one such as",
        "trace --topik a: unknown option --topik\n\nUsage: holdfast trace ",
        "trace --client: --client needs a value",
        "trace --client=: --client needs a value",
        "trace --client a --payload 4097: --payload is 4097; expected 0 to 4096",
        "trace --client a --seconds 0: --seconds is 0; expected 1 to 86400",
        "trace --client a --packets many: --packets is many; expected 1 to 1000000000",
        "trace meter-7: unknown option meter-7\n\nUsage: ",
        "slowest --limit 1001: --limit is 1001; expected 1 to 1000",
        "slowest --client a: unknown option --client\n\nUsage: holdfast slowest "
    })
    void aWrongArgumentIsRefusedWithoutAskingAnybody(String argumentsAndAnswer) {
        String[] parts = argumentsAndAnswer.split(": ", 2);
        List<String> words = List.of(parts[0].split(" "));
        String told = refusal(data, words.getFirst(),
                words.subList(1, words.size()).toArray(String[]::new));
        assertTrue(told.startsWith(parts[1]), told);
    }
}
