package io.holdfast.config;

import io.holdfast.broker.Settings;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.Security;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the operator wants, found to be sound.
 *
 * @param listeners at least one, all of them loopback unless clients show who they are, or need not, or may
 *     have to because of extensions
 * @param security who may enter, and what they may do, leaving extensions aside
 * @param extensions the folder of their jars; null for none
 * @param data the folder of the store
 * @param settings what the core keeps to
 * @param logLevels by the names of packages and classes, the root's being ""; none where nobody has set one
 * @param admin where the admin endpoint listens; null if there is none
 * @param logFormat text or json
 * @param given what all this was read from
 */
public record Config(List<ListenerOptions> listeners, Security security, Path extensions, Path data,
        Settings settings, Map<String, String> logLevels, InetSocketAddress admin, String logFormat,
        Shown given) {

    /** Why nobody listens there when everyone may enter; to be said of the listener. */
    static String whyNotOpen(ListenerOptions listener) {
        return ": other machines may reach "
                + ((InetSocketAddress) listener.address()).getAddress().getHostAddress() + ", and without"
                + " users nobody is authenticated; expected a loopback address such as 127.0.0.1 or ::1, or"
                + " --users FILE, or --allow-anonymous true, with which everyone who reaches it may enter";
    }

    /**
     * Finds out whether listeners that other machines reach are guarded, once there are extensions.
     *
     * @throws BadConfigException if they are not
     */
    public void requireGuarded(Security complete) throws BadConfigException {
        List<String> open = listeners.stream().filter(ListenerOptions::isForOtherMachines)
                .map(one -> one.asked() + whyNotOpen(one)).toList();
        if (!complete.authenticates() && !complete.settings().anonymous() && !open.isEmpty()) {
            throw new BadConfigException(open);
        }
    }

    /** What was given and where, for {@code config show}, and to compare a later configuration with. */
    public record Shown(Given all, Path file) {
        /** Where the folder of the store was written, to begin a message with. */
        public String whereData() {
            return where(Keys.DATA);
        }

        /** Where that of the admin endpoint was written, to begin a message with. */
        public String whereAdmin() {
            return where(Keys.ADMIN_LISTEN);
        }

        private String where(Key key) {
            Given.Value value = all.values().get(key.name());
            return value == null ? key.flag() : value.origin().say("");
        }

        /** What is written for a key, or its default; null if it has neither. */
        String text(Key key) {
            Given.Value value = all.values().get(key.name());
            return value == null ? key.initial() : value.text();
        }
    }
}
