package io.holdfast.simulation;

import java.util.function.Supplier;

/** How the promise can be broken. */
public enum Breach {
    LOST, DUPLICATED, OUT_OF_ORDER, SESSION_LOST, WRONG_RETAINED;

    /** It was broken. */
    public static final class Found extends AssertionError {
        private static final long serialVersionUID = 1;

        private final Breach breach;

        private Found(Breach breach, String what) {
            super(what);
            this.breach = breach;
        }

        public Breach breach() {
            return breach;
        }
    }

    /** To be told where it shows. */
    void unless(boolean kept, Supplier<String> what) {
        if (!kept) {
            throw new Found(this, what.get());
        }
    }
}
