package io.holdfast.security;

/** The operator's mistake in a file: the message names file, line, and what was expected. */
public final class BadFileException extends Exception {
    private static final long serialVersionUID = 1;

    BadFileException(String message) {
        super(message);
    }
}
