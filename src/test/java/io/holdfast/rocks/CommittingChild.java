package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store.Recovered;
import java.io.PrintStream;
import java.nio.file.Path;

/** Commits one entry after the other to log 1, from where it stands, and tells its parent of each. */
final class CommittingChild {
    private CommittingChild() {}

    public static void main(String[] arguments) {
        PrintStream parent = ForkedJvm.toParent();
        RocksStore store = RocksStore.open(Path.of(arguments[0]));
        if (store.recover().logs().isEmpty()) {
            Rows.commit(store, new Change.IdsReserved(1, 1, Long.MAX_VALUE), new Change.SessionsCounted(1),
                    Rows.session("c", 1), new Change.DuePut(Change.SessionPut.NOT_DUE, "c"),
                    Rows.subscription(1, "log/1", 1), new Change.CursorPut(1, 1, 0, 0), Rows.log(1));
        }
        Recovered.Log log = store.recover().logs().getFirst();
        parent.println("open");
        long bytesThrough = log.bytesThrough();
        for (long next = log.next();; next++) {
            Message message = Rows.message(1 + next, "log/1", "entry " + next);
            bytesThrough += message.bytes();
            Rows.commit(store, new Change.MessageAppended(1, next, bytesThrough, message));
            parent.println("committed " + next);
        }
    }
}
