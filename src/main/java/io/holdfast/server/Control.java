package io.holdfast.server;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a running broker carries out commands: a {@link ControlSocket}. Each connection is for one command,
 * its name and its options as pairs of texts ({@link DataOutputStream#writeUTF}) with their number before
 * them, and for its {@link ControlAnswer}. A broker whose folder cannot have a socket goes without.
 */
final class Control {
    /** Commands under way at a time. */
    static final int COMMANDS_MAX = 16;

    private static final int OPTIONS_MAX = 16;

    /** What a command is given to arrive, and to take its answer beyond the time that it asks for. */
    private static final long SECONDS_MAX = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Control.class);

    private final Path data;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private ServerSocketChannel listening;

    Control(Path data) {
        this.data = data;
    }

    /** A command as it is sent. */
    static void write(String command, Map<String, String> options, DataOutputStream out) throws IOException {
        out.writeUTF(command);
        out.writeInt(options.size());
        for (Map.Entry<String, String> option : options.entrySet()) {
            out.writeUTF(option.getKey());
            out.writeUTF(option.getValue());
        }
        out.flush();
    }

    private static Request read(DataInputStream in) throws IOException, Request.RefusedException {
        String command = in.readUTF();
        Map<String, String> options = new HashMap<>();
        for (int left = Math.min(in.readInt(), OPTIONS_MAX); left > 0; left--) {
            options.put(in.readUTF(), in.readUTF());
        }
        return Request.of(command, options);
    }

    /** From now on, commands about that broker are carried out. */
    synchronized void serve(HoldfastServer broker) {
        try {
            listening = ControlSocket.listen(data);
            ServerSocketChannel accepting = listening;
            Thread.ofPlatform().name("holdfast-control").daemon().start(() -> accept(accepting, broker));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("`holdfast trace` and `holdfast slowest` do not reach this broker: {}", e.toString());
        }
    }

    /** Ends the commands that are under way, and takes no more. */
    synchronized void stop() {
        try {
            if (listening != null) {
                listening.close();
                ControlSocket.remove(data);
            }
        } catch (IOException e) {
            LOG.warn("the socket for commands is not removed: {}", e.toString());
        }
        open.forEach(Control::close);
    }

    private void accept(ServerSocketChannel accepting, HoldfastServer broker) {
        while (accepting.isOpen()) {
            try {
                SocketChannel channel = accepting.accept();
                open.add(channel);
                Thread.ofVirtual().name("holdfast-command").start(() -> serve(channel, broker));
            } catch (ClosedChannelException _) {
                return; // the broker stops
            } catch (IOException e) { // there are no files left, say
                LOG.warn("a command does not reach this broker: {}", e.toString());
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
        }
    }

    private void serve(SocketChannel channel, HoldfastServer broker) {
        CompletableFuture<?> timeout = closeAfter(SECONDS_MAX, channel);
        try (channel) {
            ControlAnswer answer = new ControlAnswer(channel);
            try {
                Request request = read(new DataInputStream(Channels.newInputStream(channel)));
                timeout.cancel(false);
                timeout = closeAfter(SECONDS_MAX + request.secondsMax(), channel);
                if (open.size() > COMMANDS_MAX) {
                    throw new Request.RefusedException("the broker carries out " + COMMANDS_MAX
                            + " commands already; expected one of them to end first");
                }
                carryOut(request, broker, answer);
            } catch (Request.RefusedException e) {
                answer.refuse(e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("a command has failed, which is an error in Holdfast", e);
                answer.refuse("an error in Holdfast, of which its log tells: " + e);
            }
        } catch (IOException e) {
            LOG.debug("who gave a command has gone: {}", e.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            timeout.cancel(false);
            open.remove(channel);
        }
    }

    private static void carryOut(Request request, HoldfastServer broker, ControlAnswer answer)
            throws IOException, InterruptedException, Request.RefusedException {
        switch (request) {
            case Request.Traced traced -> Tracing.run(traced, broker.traces(), answer);
            case Request.Slowest slowest -> {
                for (String line : SlowestTable.of(broker, slowest.clientsMax())) {
                    answer.line(line);
                }
                answer.end();
            }
        }
    }

    private static CompletableFuture<?> closeAfter(long seconds, SocketChannel channel) {
        return CompletableFuture.runAsync(() -> close(channel),
                CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS));
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("the connection of a command is not closed: {}", e.toString());
        }
    }
}
