package io.holdfast.config;

import io.holdfast.broker.Setting.Effective;
import io.holdfast.security.ClientIds;
import io.holdfast.security.DoorSettings;
import io.holdfast.security.HttpSettings;
import io.holdfast.security.JwtSettings;
import io.holdfast.security.SecuritySettings;
import java.util.List;
import java.util.stream.Stream;

/** The keys that say who may enter, and what they may do; clients are looked at in the order of these. */
final class SecurityKeys {
    static final Key USERS = new Key("users", new Shape.File(), null, Effective.AT_ONCE,
            "the file of those who may enter, by user name and password or by SCRAM; without it, and without"
                    + " jwt.keys, auth.url, extensions and certificates that name users, everyone on this"
                    + " machine may, and no other machine is listened to. Whether clients have to show who"
                    + " they are at all is decided at the start");
    static final Key ALLOW_ANONYMOUS = new Key("allow-anonymous", new Shape.Switch(), "false",
            Effective.AT_ONCE, "whether clients may enter that name no user, whatever else is said");
    static final Key ACL = file("acl",
            "the file of what clients may publish and read, in Mosquitto's syntax; without it, everything");
    static final Key BANS = file("bans",
            "the file of who may not enter: lines with client ID, user NAME, address ADDRESS[/BITS]");
    static final Key CLIENT_ID = new Key("client-id",
            new Shape.Word(Stream.of(ClientIds.values()).map(ClientIds::word).toList()),
            SecuritySettings.DEFAULT.clientIds().word(), Effective.FOR_NEW_CONNECTIONS,
            "which Client Identifiers a client may have: any, or the user name, or those that are the user"
                    + " name up to their first colon; and those that the broker assigns");
    static final Key EXTENSIONS = new Key("extensions", new Shape.File(), null, Effective.AFTER_RESTART,
            "the folder of jars that say who clients are, what they may do, or see what they publish");
    static final Key REMEMBERED_SECONDS = number("remembered-seconds", 0,
            SecuritySettings.DEFAULT.rememberedSeconds(),
            "how long a right password, and an answer about it, is remembered; 0 for not at all");

    static final Key USER_FAILURES_MAX = number("user-failures-max", 0,
            DoorSettings.DEFAULT.userFailuresMax(), "wrong passwords for a user in a window, before nobody is"
                    + " let in as that user for a while; 0 sets no limit, as for the following");
    static final Key ADDRESS_FAILURES_MAX = number("address-failures-max", 0,
            DoorSettings.DEFAULT.addressFailuresMax(),
            "wrong passwords from an address in a window, before nobody is let in from there for a while");
    static final Key CLIENT_CONNECTS_MAX = number("client-connects-max", 0,
            DoorSettings.DEFAULT.clientConnectsMax(),
            "CONNECT packets of one Client Identifier in a window");
    static final Key LISTENER_CONNECTS_PER_SECOND_MAX = number("listener-connects-per-second-max", 0,
            DoorSettings.DEFAULT.listenerConnectsPerSecondMax(),
            "CONNECT packets on one listener in a second");
    static final Key WINDOW_SECONDS = number("window-seconds", 1, DoorSettings.DEFAULT.windowSeconds(),
            "how long the window is in which wrong passwords and CONNECT packets are counted");
    static final Key BAN_SECONDS = number("ban-seconds", 1, DoorSettings.DEFAULT.banSeconds(),
            "how long somebody is kept out who has exceeded what a window allows");

    static final Key JWT_KEYS = new Key("jwt.keys", new Shape.FileOrUrl(), null, Effective.AT_ONCE,
            "tokens (JWT) that are signed by one of these keys (JWKS) are good in place of passwords, or with"
                    + " the Authentication Method JWT");
    static final Key JWT_ISSUER = text("jwt.issuer", null, "the issuer that tokens must name");
    static final Key JWT_AUDIENCE = text("jwt.audience", null,
            "what tokens must name among their audience");
    static final Key JWT_USER_CLAIM = text("jwt.user-claim", JwtSettings.of(null).userClaim(),
            "the claim that says who it is");
    static final Key JWT_ACCESS_CLAIM = text("jwt.access-claim", JwtSettings.of(null).accessClaim(),
            "the claim that says what the user may do, such as {\"pub\": [\"up/#\"], \"sub\": [\"down/#\"],"
                    + " \"all\": [], \"deny\": []}");
    static final Key AUTH_URL = new Key("auth.url", new Shape.Url(), null, Effective.AT_ONCE,
            "a service that is asked who clients are, by POST, with JSON");
    static final Key AUTH_MILLIS_MAX = number("auth.millis-max", 1, HttpSettings.MILLIS_MAX,
            "how long the service may take to answer");

    /** Those that stand in no group of the file. */
    static final List<Key> TOP = List.of(USERS, ALLOW_ANONYMOUS, ACL, BANS, CLIENT_ID, EXTENSIONS,
            REMEMBERED_SECONDS, USER_FAILURES_MAX, ADDRESS_FAILURES_MAX, CLIENT_CONNECTS_MAX,
            LISTENER_CONNECTS_PER_SECOND_MAX, WINDOW_SECONDS, BAN_SECONDS);

    /** Those in groups, group by group. */
    static final List<Key> GROUPED = List.of(JWT_KEYS, JWT_ISSUER, JWT_AUDIENCE, JWT_USER_CLAIM,
            JWT_ACCESS_CLAIM, AUTH_URL, AUTH_MILLIS_MAX);

    private SecurityKeys() {}

    private static Key file(String name, String meaning) {
        return new Key(name, new Shape.File(), null, Effective.AT_ONCE, meaning);
    }

    private static Key number(String name, int min, int initial, String meaning) {
        return new Key(name, new Shape.Number(min), Integer.toString(initial), Effective.AT_ONCE, meaning);
    }

    private static Key text(String name, String initial, String meaning) {
        return new Key(name, new Shape.Text("any text"), initial, Effective.AT_ONCE, meaning);
    }
}
