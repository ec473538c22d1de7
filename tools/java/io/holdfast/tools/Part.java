package io.holdfast.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What one client does; where its connection is lost, it goes on when it is played again. */
interface Part {
    /**
     * Connects, and acts until everything is done.
     *
     * @param progress told of each thing that is done
     * @throws IOException if the connection is lost before
     */
    void play(int port, Progress progress) throws IOException;

    /**
     * Begins to play all parts at once, each on a virtual thread, against the broker on that port. A
     * connection may be lost once the progress has reached its target, and not before.
     *
     * @return complete when all have ended
     */
    static CompletableFuture<Void> playAll(List<? extends Part> parts, int port, Progress progress) {
        return CompletableFuture.allOf(parts.stream()
                .map(part -> CompletableFuture.runAsync(() -> playOrLose(part, port, progress),
                        Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new));
    }

    private static void playOrLose(Part part, int port, Progress progress) {
        try {
            part.play(port, progress);
        } catch (IOException e) {
            if (!progress.reached().isDone()) {
                throw new UncheckedIOException("a connection was lost though nobody killed the broker", e);
            }
        }
    }
}
