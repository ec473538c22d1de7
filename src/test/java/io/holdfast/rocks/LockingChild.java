package io.holdfast.rocks;

import java.nio.file.Path;

/** Tries to open a store, tells its parent how that went, and then halts without closing anything. */
final class LockingChild {
    private LockingChild() {}

    public static void main(String[] arguments) {
        String outcome;
        try {
            RocksStore store = RocksStore.open(Path.of(arguments[0]));
            Rows.commit(store, Rows.log(1));
            outcome = "open";
        } catch (StoreException e) {
            outcome = "refused " + e.getMessage();
        }
        ForkedJvm.toParent().println(outcome);
        Runtime.getRuntime().halt(0);
    }
}
