package io.holdfast.config;

import io.holdfast.broker.Setting;
import io.holdfast.broker.Setting.Effective;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All keys, in the order of the default file. */
public final class Keys {
    static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace", "off");

    static final Key DATA = new Key("data", new Shape.File(), "data", Effective.AFTER_RESTART,
            "the folder of the store, where everything that was acknowledged is kept");
    static final Key LISTENERS = new Key("listeners", new Shape.Listeners(), "mqtt://127.0.0.1:1883",
            Effective.AFTER_RESTART, "where clients come in. Certificates and keys are read again by a"
                    + " reload, for new connections; all else of a listener needs a restart");
    static final Key SERVER_REFERENCE = new Key("server-reference",
            new Shape.Text("HOST or HOST:PORT, several separated by spaces"), null,
            Effective.FOR_NEW_CONNECTIONS,
            "where clients of MQTT 5.0 are sent when there is no room for more sessions");
    static final Key MOVED_TO = new Key("moved-to",
            new Shape.Text("HOST or HOST:PORT, several separated by spaces"), null,
            Effective.FOR_NEW_CONNECTIONS, "where all clients are sent: the broker lets none in");
    static final Key LOG_LEVEL = new Key("log.level", new Shape.Word(LEVELS), "info", Effective.AT_ONCE,
            "what is logged, unless log.levels says otherwise");
    static final Key LOG_LEVELS = new Key("log.levels",
            new Shape.Named("names of packages or classes", new Shape.Word(LEVELS)), null, Effective.AT_ONCE,
            "what is logged by packages and classes, by their names, such as io.holdfast.netty: debug");

    static final Key LOG_FORMAT = new Key("log.format", new Shape.Word(List.of("text", "json")), "text",
            Effective.AFTER_RESTART, "how lines of the log are written; json is an object in each line");
    static final Key ADMIN_LISTEN = new Key("admin.listen", new Shape.Endpoint(), null,
            Effective.AFTER_RESTART, "where /metrics for Prometheus, /health/live and /health/ready are"
                    + " answered over HTTP, to anybody and without TLS; without it there is no endpoint");

    /** What a listener may have beside its URL, by the same names as in the URL. */
    static final List<Key> LISTENER = List.of(
            listener("url", new Shape.Text("mqtt://HOST:PORT, mqtts://HOST:PORT, ws://HOST:PORT/PATH,"
                    + " wss://HOST:PORT/PATH or unix:PATH"), "where and how it listens"),
            listener("cert", new Shape.File(),
                    "for TLS: the certificate, and behind it those that vouch for it (PEM)"),
            listener("key", new Shape.File(),
                    "for TLS: the private key of the certificate (PEM, PKCS #8, unencrypted)"),
            listener("tls", new Shape.Word(List.of("1.2", "1.3", "1.2,1.3")),
                    "the versions of TLS; both unless it says otherwise"),
            listener("client-ca", new Shape.File(),
                    "the certificates that vouch for those of clients (PEM)"),
            listener("client-auth", new Shape.Word(List.of("required", "optional")),
                    "whether a client must show a certificate; required if there is a client-ca"),
            listener("username", new Shape.Word(List.of("cn", "san")),
                    "the user is the one that the client's certificate names, as its Common Name or beside"
                            + " it; no password is asked for then"),
            listener("proxy", new Shape.Word(List.of("required")),
                    "a PROXY protocol header, version 1 or 2, comes first on each connection"),
            listener("sync", new Shape.Word(List.of("commit", "interval", "os")),
                    "what an acknowledgement means: that the message is on disk (commit, the default), that"
                            + " it is a second later (interval), or that the operating system has it (os)"));

    /** All that may stand in a file. */
    public static final List<Key> ALL = all();

    private static final Map<String, Key> BY_NAME = new TreeMap<>();

    static {
        ALL.forEach(key -> BY_NAME.put(key.name(), key));
    }

    private Keys() {}

    private static Key listener(String name, Shape shape, String meaning) {
        return new Key(name, shape, null, Effective.AFTER_RESTART, meaning);
    }

    private static List<Key> all() {
        List<Key> keys = new ArrayList<>(List.of(DATA));
        keys.addAll(SecurityKeys.TOP);
        keys.addAll(List.of(LISTENERS, SERVER_REFERENCE, MOVED_TO));
        keys.addAll(SecurityKeys.GROUPED);
        for (Setting setting : Setting.values()) {
            keys.add(of(setting));
        }
        keys.add(LOG_LEVEL);
        keys.add(LOG_LEVELS);
        keys.add(LOG_FORMAT);
        keys.add(ADMIN_LISTEN);
        return List.copyOf(keys);
    }

    /** The key of a setting of the core. */
    static Key of(Setting setting) {
        return new Key("limits." + setting.key(), new Shape.Core(setting), setting.show(setting.initial()),
                setting.effective(), setting.meaning());
    }

    /** The key of that name, or null. */
    static Key of(String name) {
        return BY_NAME.get(name);
    }

    /** Whether keys stand in a group of that name. */
    static boolean isGroup(String name) {
        return ALL.stream().anyMatch(key -> key.group().equals(name));
    }

    /** The name that was probably meant, as the end of a message that expects something; or "". */
    static String suggestion(String written, Stream<String> names) {
        String plain = plain(written);
        String leaf = plain.substring(plain.lastIndexOf('.') + 1);
        int most = Math.max(1, plain.length() / 3);
        return names.map(name -> Map.entry(Math.min(distance(plain, plain(name)),
                        distance(leaf, plain(name.substring(name.lastIndexOf('.') + 1)))), name))
                .filter(near -> near.getKey() <= most)
                .min(Comparator.comparing(Map.Entry::getKey))
                .map(near -> "; did you mean " + near.getValue() + "?").orElse("");
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Letters to put in, take out or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[row.length - 1];
    }
}
