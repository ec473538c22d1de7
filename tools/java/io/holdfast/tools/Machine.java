package io.holdfast.tools;

import io.holdfast.system.BrokerProcess;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What a broker runs on: where its data lies, and how a life of it ends early. */
interface Machine extends AutoCloseable {
    /** Starts a broker on what the last life left, and waits until it serves clients. */
    BrokerProcess start(String javaOptions, Consumer<String> listener);

    /** Ends that life; returns when the process is gone. */
    void fail(BrokerProcess process);

    /** Leaves nothing but files; whatever ran here has ended. */
    @Override
    void close();

    /** A machine that goes on when its broker is killed: the folder has all that was written. */
    record Lasting(Path folder) implements Machine {
        @Override
        public BrokerProcess start(String javaOptions, Consumer<String> listener) {
            return BrokerProcess.start(javaOptions, folder.resolve("data"), listener);
        }

        @Override
        public void fail(BrokerProcess process) {
            process.kill();
        }

        @Override
        public void close() {
            // The folder is its owner's.
        }
    }
}
