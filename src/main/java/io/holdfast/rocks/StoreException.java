package io.holdfast.rocks;

/**
 * What the operator has to see to: a folder that cannot be used, a disk that fails, a row that is damaged.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
