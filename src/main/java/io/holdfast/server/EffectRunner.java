package io.holdfast.server;

import io.holdfast.broker.Effect;
import io.holdfast.netty.ClientLog;
import io.holdfast.netty.Outbox;
import io.holdfast.security.Authenticator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands effects to the edge that performs them, for one thread at a time. */
final class EffectRunner {
    private static final Logger LOG = LoggerFactory.getLogger(EffectRunner.class);

    private final Outbox outbox;
    private final Readers readers;
    private final Authenticator authenticator;

    EffectRunner(Outbox outbox, Readers readers, Authenticator authenticator) {
        this.outbox = outbox;
        this.readers = readers;
        this.authenticator = authenticator;
    }

    /** In order; what is sent leaves with the next flush. */
    void run(List<Effect> effects) {
        for (int i = 0; i < effects.size(); i++) {
            switch (effects.get(i)) {
                case Effect.Send send -> outbox.send(send);
                case Effect.Close close -> outbox.close(close);
                case Effect.Authenticate question -> authenticator.ask(question);
                case Effect.Report(String what) -> LOG.warn("{}", what); // LogLine escapes it
                case Effect.SessionEnded(String clientId, String why) ->
                    ClientLog.sessionEnded(clientId, why);
                case Effect.ReadSession read -> readers.read(read);
                case Effect.ReadLog read -> readers.read(read);
                case Effect.ReadEntries read -> readers.read(read);
                case Effect.ReadDue read -> readers.read(read);
                case Effect.MeasureLog read -> readers.read(read);
                case Effect.ReadRetained read -> readers.read(read);
                case Effect.ReadDelayed read -> readers.read(read);
                case Effect.ReadExpiredRetained read -> readers.read(read);
                case Effect.MeasureDisk _ -> readers.measureDisk();
                case Effect.ReclaimSpace _ -> readers.reclaimSpace();
            }
        }
    }

    /** One task for each event loop whose connections have been sent something. */
    void flush() {
        outbox.flush();
    }
}
