package io.holdfast.server;

/** Placeholder. */
public final class Main {
    private Main() {}
}
