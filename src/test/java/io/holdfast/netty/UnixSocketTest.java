package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Input;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Unix domain sockets, by epoll and by Java's. */
@Timeout(60)
class UnixSocketTest {
    @TempDir
    private Path folder;

    static Stream<Platform> platforms() {
        return Stream.of(Platform.best(true), new Platform(false, false));
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void packetsComeInAndTheLastOneGoesOut(Platform platform) throws IOException {
        try (Edge edge = listen(platform)) {
            assertEquals(List.of("unix:" + path()), edge.network.urls());
            assertServed(edge);
        }
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void onlyItsOwnerMayConnectAndNothingElseIsLeftInItsFolder(Platform platform) throws IOException {
        try (Edge _ = listen(platform)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
            assertEquals(List.of(path()), entries());
        }
        assertEquals(List.of(), entries());
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void whatADeadProcessLeftIsReplaced(Platform platform) throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path()));
        }
        assertTrue(Files.exists(path()));
        try (Edge edge = listen(platform)) {
            assertServed(edge);
        }
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void theSocketOfALiveProcessIsNotTaken(Platform platform) throws IOException {
        try (Edge edge = listen(platform)) {
            String refusal = assertThrows(CannotListenException.class, () -> listen(platform)).getMessage();
            assertEquals("--listen it: a live process listens there already;"
                    + " expected a free path, or what a dead broker left", refusal);
            edge.next(Input.ConnectionOpened.class);
            edge.next(Input.ConnectionClosed.class);
            assertServed(edge);
        }
    }

    @Test
    void aFileThatIsNoSocketIsNotReplaced() throws IOException {
        Files.writeString(path(), "precious");
        String refusal =
                assertThrows(CannotListenException.class, () -> listen(Platform.best(true))).getMessage();
        assertEquals("--listen it: there is a file that is no socket;"
                + " expected a free path, or what a dead broker left", refusal);
        assertEquals("precious", Files.readString(path()));
    }

    @Test
    void aFolderThatIsNotThereIsTold() {
        Path nowhere = folder.resolve("nowhere");
        String refusal = assertThrows(CannotListenException.class, () -> new Edge(Platform.best(true),
                UnixDomainSocketAddress.of(nowhere.resolve("s")))).getMessage();
        assertEquals("--listen it: there is no folder " + nowhere + "; expected one", refusal);
    }

    @Test
    void ifOneOfSeveralListenersCannotBeThenNoneIs() throws IOException {
        try (Edge edge = new Edge(Platform.best(true), Edge.ANY_PORT)) {
            ListenerOptions free =
                    new ListenerOptions("--listen free", UnixDomainSocketAddress.of(path()), List.of());
            ListenerOptions taken = ListenerOptions.tcp("--listen taken",
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), edge.port()));
            assertThrows(CannotListenException.class, () -> new Edge(Platform.best(true), free, taken));
            assertFalse(Files.exists(path()));
        }
    }

    private Path path() {
        return folder.resolve("holdfast.sock");
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    private Edge listen(Platform platform) {
        return new Edge(platform, UnixDomainSocketAddress.of(path()));
    }

    private void assertServed(Edge edge) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
            client.write(ByteBuffer.wrap(Edge.CONNECT));
            edge.sendLast(edge.nextClient());
            InputStream in = Channels.newInputStream(client);
            assertArrayEquals(Edge.PINGRESP, in.readAllBytes());
        }
    }
}
