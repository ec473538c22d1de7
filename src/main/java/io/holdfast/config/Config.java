package io.holdfast.config;

import io.holdfast.broker.Settings;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.Users;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the operator wants, found to be sound.
 *
 * @param listeners at least one, all of them loopback unless there are users
 * @param usersFile the file of those who may enter; null if all may
 * @param users what is in it; {@link Users#NONE} if all may
 * @param data the folder of the store
 * @param settings what the core keeps to
 * @param logLevels by the names of packages and classes, the root's being ""; none where nobody has set one
 * @param admin where the admin endpoint listens; null if there is none
 * @param logFormat text or json
 * @param given what all this was read from
 */
public record Config(List<ListenerOptions> listeners, Path usersFile, Users users, Path data,
        Settings settings, Map<String, String> logLevels, InetSocketAddress admin, String logFormat,
        Shown given) {

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
