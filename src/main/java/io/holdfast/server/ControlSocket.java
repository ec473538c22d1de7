package io.holdfast.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The Unix domain socket {@value #FILE} in the folder of a store, by which commands reach the broker that has
 * it. It is for the broker's user only, as what is in the store is.
 */
final class ControlSocket {
    static final String FILE = "control";

    /** Where it is made, in a folder that nobody else may enter, until it has its permissions. */
    private static final String UNFINISHED = "control.new";

    /** Less than any system's limit for the path of a socket: 108 on Linux, 104 elsewhere. */
    private static final int PATH_BYTES_MAX = 100;

    /** What is done with an address. */
    private interface Act<T extends Channel> {
        T on(UnixDomainSocketAddress address) throws IOException;
    }

    private ControlSocket() {}

    /**
     * Listens, in the place of what a broker has left that is dead.
     *
     * @param data the folder, which is this process's
     */
    static ServerSocketChannel listen(Path data) throws IOException {
        Path folder = data.resolve(UNFINISHED);
        Path unfinished = folder.resolve(FILE);
        Files.deleteIfExists(unfinished);
        Files.deleteIfExists(folder);
        Files.createDirectory(folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ServerSocketChannel listening = at(folder, ControlSocket::bind);
        try {
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            Files.move(unfinished, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
            Files.delete(folder);
            return listening;
        } catch (IOException e) {
            listening.close();
            throw e;
        }
    }

    private static ServerSocketChannel bind(UnixDomainSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return channel.bind(address);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Reaches the broker that has the folder. */
    static SocketChannel connect(Path data) throws IOException {
        return at(data, SocketChannel::open);
    }

    /** Nobody listens any more. */
    static void remove(Path data) throws IOException {
        Files.deleteIfExists(data.resolve(FILE));
    }

    /** The system limits the length of the path: a longer one is gone by way of a symbolic link. */
    private static <T extends Channel> T at(Path folder, Act<T> act) throws IOException {
        Path path = folder.resolve(FILE);
        if (path.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX) {
            return act.on(UnixDomainSocketAddress.of(path));
        }
        Path detour = Files.createTempDirectory("holdfast-");
        Path link = detour.resolve("d");
        try {
            Files.createSymbolicLink(link, folder.toAbsolutePath());
            return act.on(UnixDomainSocketAddress.of(link.resolve(FILE)));
        } finally {
            Files.deleteIfExists(link);
            Files.delete(detour);
        }
    }
}
