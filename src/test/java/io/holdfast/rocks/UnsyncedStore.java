package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.DamagePolicy;
import io.holdfast.broker.Store;
import io.holdfast.broker.Turn;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;

/**
 * The real store, but that commits with messages in them return before they are on disk. Those without are
 * synced, so that sessions survive, and single messages are missed.
 */
public final class UnsyncedStore {
    private UnsyncedStore() {}

    public static Store open(Path path, long memoryBytes) {
        RocksStore store = RocksStore.open(path, DamagePolicy.QUARANTINE, memoryBytes);
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class},
                (_, method, arguments) -> call(store, method, arguments));
    }

    private static Object call(RocksStore store, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("commit")) {
            store.database.synced.setSync(!haveMessages((List<?>) arguments[0]));
        }
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static boolean haveMessages(List<?> turns) {
        return turns.stream().flatMap(turn -> ((Turn) turn).changes().stream())
                .anyMatch(change -> change instanceof Change.MessageAppended);
    }
}
