package io.holdfast.server;

import io.holdfast.rocks.UnsyncedStore;

/** A broker that breaks its promise, to show that whoever holds it to the promise notices. */
public final class UnsyncedBroker {
    private UnsyncedBroker() {}

    public static void main(String... arguments) throws InterruptedException {
        Main.run((path, _, memory) -> UnsyncedStore.open(path, memory.storeBytes()), arguments);
    }
}
