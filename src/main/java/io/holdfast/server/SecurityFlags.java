package io.holdfast.server;

import io.holdfast.security.SecuritySettings;

/** The flags that say who may enter, and what they may do. */
final class SecurityFlags {
    static final String USAGE = """
            SECURITY, who may enter and what they may do:
              --users FILE     who may enter: by user name and password, or by SCRAM-SHA-256 or SCRAM-SHA-512
                               as Authentication Method; without it, everyone on this machine may
              --acl FILE       what they may publish and read, in Mosquitto's syntax; without it, everything
              --allow-anonymous true
                               lets clients enter that name no user, whatever else is said
            """;

    private SecuritySettings settings = SecuritySettings.DEFAULT;

    SecuritySettings settings() {
        return settings;
    }

    /** @throws Options.BadOptionException if there is no such flag, or it has no such value */
    void set(String key, String value) {
        switch (key) {
            case "--users" -> settings =
                    settings.withUsers(Options.parsePath(key, Options.required(key, value)));
            case "--acl" -> settings = settings.withAcl(Options.parsePath(key, Options.required(key, value)));
            case "--allow-anonymous" -> settings = settings.withAnonymous(isTrue(key, value));
            default -> throw new Options.BadOptionException("unknown option " + key
                    + "; expected --bind, --port, --listen, --users, --data, --set, --server-reference,"
                    + " --moved-to, --acl, --allow-anonymous, --settings, --help or --version");
        }
    }

    private static boolean isTrue(String key, String value) {
        String text = Options.required(key, value);
        if (!text.equals("true") && !text.equals("false")) {
            throw new Options.BadOptionException(key + " is " + text + "; expected true or false");
        }
        return text.equals("true");
    }
}
