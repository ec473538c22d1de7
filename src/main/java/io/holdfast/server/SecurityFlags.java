package io.holdfast.server;

import io.holdfast.security.DoorSettings;
import io.holdfast.security.HttpSettings;
import io.holdfast.security.JwtSettings;
import io.holdfast.security.SecuritySettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The flags that say who may enter, and what they may do. */
final class SecurityFlags {
    static final String USAGE = """
            SECURITY, who may enter and what they may do; clients are looked at in this order:
              (certificate)    see username among the options of a listener
              --jwt-keys FILE|URL
                               tokens (JWT) in place of passwords, or as Authentication Method JWT, that are
                               signed by one of these keys (JWKS)
              --jwt-issuer NAME, --jwt-audience NAME
                               what tokens must name (default: anything)
              --jwt-user-claim NAME, --jwt-access-claim NAME
                               the claims that say who it is (default sub), and what it may do (default acl,
                               such as {"pub": ["up/#"], "sub": ["down/#"], "all": [], "deny": []})
              --users FILE     user name and password, or SCRAM-SHA-256 or SCRAM-SHA-512 as Authentication
                               Method; without any of these, everyone on this machine may enter
              --auth-url URL   a service that is asked, by POST, with JSON
              --auth-millis-max N
                               how long it may take to answer (default 3000)
              --extensions FOLDER
                               jars that say who clients are, what they may do, or see what they publish
              --remembered-seconds N
                               how long a right password, and its answer, is remembered (default 60)
              --allow-anonymous true
                               lets clients enter that name no user, whatever else is said
              --acl FILE       what they may publish and read, in Mosquitto's syntax; without it, everything
              --bans FILE      who may not enter: lines with client ID, user NAME, address ADDRESS[/BITS]
              --user-failures-max N, --address-failures-max N
                               wrong passwords in a window, before nobody is let in for a while as that user
                               or from there (default 10 and 100); 0 for no limit, as for the following
              --client-connects-max N
                               CONNECT packets of one Client Identifier in a window (default 0)
              --listener-connects-per-second-max N
                               CONNECT packets on one listener in a second (default 0)
              --window-seconds N, --ban-seconds N
                               how long the window is, and the while (default 60 and 60)
            """;

    private SecuritySettings settings = SecuritySettings.DEFAULT;
    private JwtSettings jwt = JwtSettings.of(null);
    private URI authUrl;
    private Path extensions;
    private int authMillisMax = HttpSettings.MILLIS_MAX;

    SecuritySettings settings() {
        return settings.withJwt(jwt.keys() == null ? null : jwt)
                .withHttp(authUrl == null ? null : new HttpSettings(authUrl, authMillisMax));
    }

    /** The folder of jars, or null. */
    Path extensions() {
        return extensions;
    }

    /** @throws Options.BadOptionException if there is no such flag, or it has no such value */
    void set(String key, String value) {
        DoorSettings door = settings.door();
        switch (key) {
            case "--users" -> settings = settings.withUsers(Options.parsePath(key, text(key, value)));
            case "--acl" -> settings = settings.withAcl(Options.parsePath(key, text(key, value)));
            case "--bans" -> settings = settings.withBans(Options.parsePath(key, text(key, value)));
            case "--allow-anonymous" -> settings = settings.withAnonymous(isTrue(key, value));
            case "--remembered-seconds" ->
                    settings = settings.withRememberedSeconds(number(key, value, 0));
            case "--jwt-keys" -> jwt = jwt.withKeys(text(key, value));
            case "--jwt-issuer" -> jwt = jwt.withIssuer(text(key, value));
            case "--jwt-audience" -> jwt = jwt.withAudience(text(key, value));
            case "--jwt-user-claim" -> jwt = jwt.withUserClaim(text(key, value));
            case "--jwt-access-claim" -> jwt = jwt.withAccessClaim(text(key, value));
            case "--extensions" -> extensions = Options.parsePath(key, text(key, value));
            case "--auth-url" -> authUrl = url(key, value);
            case "--auth-millis-max" -> authMillisMax = number(key, value, 1);
            case "--user-failures-max" -> settings =
                    settings.withDoor(door.withUserFailuresMax(number(key, value, 0)));
            case "--address-failures-max" -> settings =
                    settings.withDoor(door.withAddressFailuresMax(number(key, value, 0)));
            case "--client-connects-max" -> settings =
                    settings.withDoor(door.withClientConnectsMax(number(key, value, 0)));
            case "--listener-connects-per-second-max" -> settings =
                    settings.withDoor(door.withListenerConnectsPerSecondMax(number(key, value, 0)));
            case "--window-seconds" -> settings =
                    settings.withDoor(door.withWindowSeconds(number(key, value, 1)));
            case "--ban-seconds" -> settings =
                    settings.withDoor(door.withBanSeconds(number(key, value, 1)));
            default -> throw new Options.BadOptionException("unknown option " + key
                    + "; expected --bind, --port, --listen, --users, --data, --set, --server-reference,"
                    + " --moved-to, --settings, --version, or one of those that --help prints");
        }
    }

    private static String text(String key, String value) {
        return Options.required(key, value);
    }

    private static int number(String key, String value, int min) {
        String text = Options.required(key, value);
        try {
            int number = Integer.parseInt(text);
            if (number >= min) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below, like a number out of range.
        }
        throw new Options.BadOptionException(key + " is " + text + "; expected a whole number from " + min);
    }

    private static URI url(String key, String value) {
        String text = Options.required(key, value);
        try {
            URI url = URI.create(text);
            if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // Told below, like another scheme.
        }
        throw new Options.BadOptionException(key + " is " + text + "; expected a URL such as"
                + " https://auth.example/mqtt");
    }

    private static boolean isTrue(String key, String value) {
        String text = Options.required(key, value);
        if (!text.equals("true") && !text.equals("false")) {
            throw new Options.BadOptionException(key + " is " + text + "; expected true or false");
        }
        return text.equals("true");
    }
}
