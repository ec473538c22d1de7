package io.holdfast.broker;

import java.util.Locale;

/**
 * What must have happened to a message before its acknowledgement leaves, from the weakest to the strongest.
 * Each survives the end of the process; they differ in what a power cut, or a crash of the whole machine,
 * takes.
 */
public enum Sync {
    /** The operating system has it, and writes it to disk when it likes. */
    OS,
    /** The same, and it is synced to disk a second later or so. */
    INTERVAL,
    /** It is synced to disk. */
    COMMIT;

    /** As operators write it, and clients read it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
