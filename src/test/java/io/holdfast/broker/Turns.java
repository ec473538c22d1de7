package io.holdfast.broker;

/** Turns for tests of what comes after the core. */
public final class Turns {
    private Turns() {}

    /** The first one, with changes for clients that are content with that. */
    public static Turn of(Sync sync, Change... changes) {
        Turn turn = new Turn(1, 0);
        turn.setSync(sync);
        for (Change change : changes) {
            turn.change(change);
        }
        return turn;
    }
}
