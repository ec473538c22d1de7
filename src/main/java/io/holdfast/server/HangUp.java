package io.holdfast.server;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGHUP does: nothing until the broker is ready, and then what is said here. What handles signals in
 * Java is not a part of its API, and the compiler would warn of it; reflection takes its time, and so it is
 * made ready beside the rest of a start.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private final Thread installing;
    private volatile Runnable action = () -> LOG.warn("a SIGHUP came too early, and is lost");

    HangUp() {
        installing = Thread.ofPlatform().name("holdfast-signals").start(this::install);
    }

    /** From now on, that is what it does, on a thread of the signal's own. */
    void does(Runnable whatItDoes) throws InterruptedException {
        action = whatItDoes;
        installing.join();
    }

    private void install() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object acting = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                    (_, method, _) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler).invoke(null,
                    signal.getConstructor(String.class).newInstance("HUP"), acting);
        } catch (ReflectiveOperationException e) {
            LOG.warn("SIGHUP does not reload here: {}", e.toString());
        }
    }
}
