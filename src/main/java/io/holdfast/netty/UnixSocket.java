package io.holdfast.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Function;

/** The path of a Unix domain socket, which outlives the process that made it. */
final class UnixSocket {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private UnixSocket() {}

    /**
     * Binds in a folder of its own that nobody else may enter, and moves the socket to its path once it has
     * its permissions: so nobody else can connect meanwhile, and what a dead process left there is replaced.
     *
     * @throws IOException whose message says what is wrong with the path and what was expected
     */
    static Channel bind(Path path, Function<UnixDomainSocketAddress, ChannelFuture> binder)
            throws IOException {
        requireFree(path);
        Path folder = Files.createTempDirectory(path.getParent(), ".");
        Path hidden = folder.resolve("s");
        ChannelFuture bound = binder.apply(UnixDomainSocketAddress.of(hidden)).awaitUninterruptibly();
        try {
            if (!bound.isSuccess()) {
                throw new IOException(bound.cause().getMessage(), bound.cause());
            }
            Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rw-------"));
            Files.move(hidden, path, StandardCopyOption.ATOMIC_MOVE);
            return bound.channel();
        } catch (IOException e) {
            bound.channel().close();
            throw e;
        } finally {
            Files.deleteIfExists(hidden);
            Files.deleteIfExists(folder);
        }
    }

    /** The process that made it goes away. */
    static void remove(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    private static void requireFree(Path path) throws IOException {
        if (!Files.isDirectory(path.getParent())) {
            throw new FileSystemException("there is no folder " + path.getParent() + "; expected one");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & TYPE) != SOCKET) {
            throw new FileAlreadyExistsException(
                    "there is a file that is no socket; expected a free path, or what a dead broker left");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException _) {
            return; // nobody listens: it is left over
        }
        throw new FileAlreadyExistsException(
                "a live process listens there already; expected a free path, or what a dead broker left");
    }
}
