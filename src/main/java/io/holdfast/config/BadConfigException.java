package io.holdfast.config;

import java.util.List;

/** The operator's mistakes, all of them: each names where it is, the value and what was expected. */
public final class BadConfigException extends Exception {
    private static final long serialVersionUID = 1;

    BadConfigException(List<String> mistakes) {
        super(mistakes.size() == 1 ? mistakes.getFirst()
                : mistakes.size() + " mistakes:\n  " + String.join("\n  ", mistakes));
    }
}
