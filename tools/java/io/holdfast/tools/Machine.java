package io.holdfast.tools;

import io.holdfast.server.SabotagedBroker;
import io.holdfast.simulation.Sabotage;
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

    /**
     * A machine that goes on when its broker is killed: the folder has all that was written.
     *
     * @param sabotage the bug that is planted in the broker
     */
    record Lasting(Path folder, Sabotage sabotage) implements Machine {
        Lasting(Path folder) {
            this(folder, Sabotage.NONE);
        }

        @Override
        public BrokerProcess start(String javaOptions, Consumer<String> listener) {
            Path data = folder.resolve("data");
            return sabotage == Sabotage.NONE
                    ? BrokerProcess.start(javaOptions, data, listener)
                    : BrokerProcess.startMain(SabotagedBroker.class, data, listener, sabotage.name());
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
