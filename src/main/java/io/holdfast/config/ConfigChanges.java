package io.holdfast.config;

import io.holdfast.broker.Setting;
import io.holdfast.broker.Setting.Effective;
import io.holdfast.broker.Settings;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.Security;
import io.holdfast.security.SecuritySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What of a changed configuration a running broker can take.
 *
 * @param next what runs then: the old configuration, with what can be changed
 * @param lines what changes, and what would need a restart, in words
 */
public record ConfigChanges(Config next, List<String> lines) {
    private static final String RESTART = "; the broker has to be restarted for that";

    /** What is told of when it has changed. */
    private static final Map<String, Function<SecuritySettings, Object>> SETTINGS = Map.of(
            "users", SecuritySettings::users, "acl", SecuritySettings::acl, "bans", SecuritySettings::bans,
            "allow-anonymous", SecuritySettings::anonymous, "client-id", SecuritySettings::clientIds,
            "remembered-seconds", SecuritySettings::rememberedSeconds,
            "who is kept out for a while", SecuritySettings::door,
            "jwt", SecuritySettings::jwt, "auth", SecuritySettings::http);

    /** @param running what the broker runs with */
    public static ConfigChanges of(Config running, Config wanted) {
        List<String> lines = new ArrayList<>();
        Settings settings = settings(running, wanted, lines);
        Security security = security(running.security(), wanted.security(), lines);
        if (!Objects.equals(running.extensions(), wanted.extensions())) {
            lines.add(SecurityKeys.EXTENSIONS.name() + " is " + wanted.extensions() + RESTART);
        }
        if (!running.data().equals(wanted.data())) {
            lines.add("data is " + wanted.data() + RESTART);
        }
        if (!Objects.equals(running.admin(), wanted.admin())) {
            lines.add("admin.listen is another" + RESTART);
        }
        if (!running.logFormat().equals(wanted.logFormat())) {
            lines.add("log.format is " + wanted.logFormat() + RESTART);
        }
        if (!running.logLevels().equals(wanted.logLevels())) {
            lines.add("log: the levels are as configured now");
        }
        List<ListenerOptions> listeners = listeners(running, wanted, lines);
        Config next = new Config(listeners, security, running.extensions(), running.data(), settings,
                wanted.logLevels(), running.admin(), running.logFormat(), wanted.given());
        return new ConfigChanges(next, lines.isEmpty() ? List.of("nothing has changed") : List.copyOf(lines));
    }

    private static Security security(Security running, Security wanted, List<String> lines) {
        if (running.authenticates() != wanted.authenticates() || running.looks() != wanted.looks()) {
            lines.add("users: clients shall " + (wanted.authenticates() ? "" : "not ") + "have to show who"
                    + " they are, or be looked at otherwise than until now" + RESTART);
            return running;
        }
        SecuritySettings settings = wanted.settings();
        Map<String, String> told = new TreeMap<>();
        SETTINGS.forEach((name, setting) -> {
            if (!Objects.equals(setting.apply(running.settings()), setting.apply(settings))) {
                told.put(name, name + ": as configured now");
            }
        });
        if (settings.users() != null) {
            told.put("users", "users: those of " + settings.users() + " may enter, of whom there are "
                    + wanted.users().count());
        }
        if (settings.acl() != null) {
            told.put("acl", "acl: the rules of " + settings.acl() + " count");
        }
        if (settings.bans() != null) {
            told.put("bans", "bans: those of " + settings.bans() + " may not enter");
        }
        lines.addAll(told.values());
        return wanted;
    }

    private static Settings settings(Config running, Config wanted, List<String> lines) {
        Settings settings = running.settings();
        for (Setting setting : Setting.values()) {
            long value = wanted.settings().get(setting);
            if (value != running.settings().get(setting)) {
                boolean isLive = setting.effective() != Effective.AFTER_RESTART;
                lines.add(Keys.of(setting).name() + " is " + setting.show(value)
                        + switch (setting.effective()) {
                            case AT_ONCE -> " now";
                            case FOR_NEW_CONNECTIONS -> " for new connections";
                            case AFTER_RESTART -> RESTART;
                        });
                settings = isLive ? settings.with(setting, value) : settings;
            }
        }
        String reference = wanted.settings().serverReference();
        boolean moved = wanted.settings().isMoved();
        if (!Objects.equals(reference, running.settings().serverReference())
                || moved != running.settings().isMoved()) {
            lines.add(reference == null ? "clients are not sent to another server any more"
                    : (moved ? Keys.MOVED_TO : Keys.SERVER_REFERENCE).name() + " is " + reference
                            + " for new connections");
            settings = settings.withServerReference(reference, moved);
        }
        return settings;
    }

    /** The running ones, each with the layer of TLS that it has in the changed configuration. */
    private static List<ListenerOptions> listeners(Config running, Config wanted, List<String> lines) {
        List<ListenerOptions> left = new ArrayList<>(wanted.listeners());
        List<ListenerOptions> next = new ArrayList<>();
        for (ListenerOptions listener : running.listeners()) {
            ListenerOptions same = left.stream().filter(listener::differsInTlsAtMost).findFirst()
                    .orElse(null);
            left.remove(same);
            next.add(same == null ? listener : same);
            if (same == null) {
                lines.add("listeners: " + listener.asked() + " is not configured so any more" + RESTART);
            } else if (!same.layers().equals(listener.layers())) {
                lines.add("listeners: " + same.asked() + " has the keys and certificates that are configured"
                        + " now, for new connections");
            }
        }
        left.forEach(added -> lines.add("listeners: " + added.asked() + " is new" + RESTART));
        return next;
    }
}
