package io.holdfast.rocks;

import java.io.PrintStream;
import java.nio.file.Path;

/** Commits one entry after the other to log 1, from where it stands, and tells its parent of each. */
final class CommittingChild {
    private CommittingChild() {}

    public static void main(String[] arguments) {
        PrintStream parent = ForkedJvm.toParent();
        RocksStore store = RocksStore.open(Path.of(arguments[0]));
        long next = 0;
        if (store.recover().logs().isEmpty()) {
            Rows.commit(store, Rows.log(1));
        } else {
            next = store.recover().logs().getFirst().next();
        }
        parent.println("open");
        for (;; next++) {
            Rows.commit(store, Rows.appended(1, next));
            parent.println("committed " + next);
        }
    }
}
