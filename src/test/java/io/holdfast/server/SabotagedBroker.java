package io.holdfast.server;

import io.holdfast.broker.Change;
import io.holdfast.broker.Store;
import io.holdfast.broker.Turn;
import io.holdfast.rocks.RocksStore;
import io.holdfast.simulation.Sabotage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A broker with a bug planted between its core and its store, to show that whoever holds it to its promise
 * notices. The last of its arguments names the bug.
 */
public final class SabotagedBroker {
    private SabotagedBroker() {}

    public static void main(String... arguments) throws InterruptedException {
        int last = arguments.length - 1;
        Sabotage sabotage = Sabotage.valueOf(arguments[last]);
        Main.run((path, _, _) -> sabotaged(RocksStore.open(path), sabotage), Arrays.copyOf(arguments, last));
    }

    private static Store sabotaged(Store store, Sabotage sabotage) {
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("commit")) {
                        ((List<?>) arguments[0]).forEach(turn -> sabotage((Turn) turn, sabotage));
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void sabotage(Turn turn, Sabotage sabotage) {
        List<Change> changes = turn.changes();
        changes.replaceAll(sabotage::onItsWay);
        changes.removeIf(Objects::isNull);
    }
}
