package io.holdfast.rocks;

import io.holdfast.broker.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/**
 * The real store, but that every other commit returns before it is on disk. The rest are synced, so that
 * sessions survive, and single messages are missed.
 */
public final class UnsyncedStore {
    private final RocksStore store;
    private boolean synced;

    private UnsyncedStore(RocksStore store) {
        this.store = store;
    }

    public static Store open(Path path) {
        UnsyncedStore unsynced = new UnsyncedStore(RocksStore.open(path));
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class},
                (_, method, arguments) -> unsynced.call(method, arguments));
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("commit")) {
            synced = !synced;
            store.database.synced.setSync(synced);
        }
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
