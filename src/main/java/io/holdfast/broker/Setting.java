package io.holdfast.broker;

import static java.util.stream.Collectors.joining;

import java.util.Locale;
import java.util.stream.LongStream;

/** One thing that the operator may decide: its name, what is allowed, what it is else, and what it means. */
public enum Setting {
    MEMORY_BYTES(0, Long.MAX_VALUE >> 1, 0,
            "memory that the process may take, of which half is the Java heap; 0 is twice the heap, which"
                    + " is half of the machine's memory"),
    CONNECTIONS_MAX(0, Integer.MAX_VALUE, 0,
            "network connections; 0 is one for each 32 KiB of memory-bytes"),
    QUEUED_MESSAGES_MAX(1, Long.MAX_VALUE >> 1, 1_000_000,
            "messages that wait for one subscription of a session, from the oldest not acknowledged on"),
    QUEUED_BYTES_MAX(1, Long.MAX_VALUE >> 1, 1L << 30, "the same in bytes of Topic Names and payloads"),
    QUEUED_SECONDS_MAX(0, Integer.MAX_VALUE, 0,
            "how long a message may wait for a session; 0 is without end"),
    OVERFLOW(OverflowPolicy.REJECT, "what happens when more messages or bytes would wait than may"),
    DISK_RESERVE_BYTES(0, Long.MAX_VALUE >> 1, 1L << 30,
            "free space on the disk of the store below which messages that would be stored are refused;"
                    + " 0 refuses none"),
    LIVE_MESSAGES_MAX(1, Integer.MAX_VALUE, 10_000,
            "messages that wait in memory for a session that ends with its connection"),
    IN_FLIGHT_MAX(1, 65_535, 1_024, "deliveries of QoS 1 and 2 in flight to a client, whatever it allows"),
    RECEIVE_MAXIMUM(1, 65_535, 1_024,
            "unreleased QoS 2 and unanswered QoS 1 messages that a client may have open"),
    PACKET_BYTES_MAX(256, 268_435_460, 1 << 20, "Maximum Packet Size that the broker accepts"),
    TOPIC_BYTES_MAX(1, 65_535, 65_535, "length of a Topic Name or Topic Filter in UTF-8"),
    TOPIC_LEVELS_MAX(1, 65_536, 1_024, "levels of a Topic Name or Topic Filter"),
    TOPIC_ALIAS_MAXIMUM(0, 65_535, 64, "Topic Aliases that a client may set on a connection"),
    SUBSCRIPTIONS_MAX(1, Integer.MAX_VALUE, 100_000, "subscriptions of one session"),
    SESSIONS_MAX(1, Integer.MAX_VALUE, 1_000_000, "sessions, be their clients connected or not"),
    SESSION_EXPIRY_SECONDS_MAX(0, 0xFFFF_FFFFL, 0xFFFF_FFFFL,
            "how long a session may outlive its connection; 4294967295 is without end"),
    KEEP_ALIVE_SECONDS_MAX(0, 65_535, 0,
            "the longest Keep Alive of a client of MQTT 5.0; 0 leaves it to the client"),
    SESSIONS_OPENING_MAX(1, Integer.MAX_VALUE, 256,
            "sessions that are read from the store at the same time; others wait for their turn"),
    CONNECT_MILLIS_MAX(1, Integer.MAX_VALUE, 10_000, "time from the opening of a connection to its CONNECT"),
    DAMAGED_ROWS(DamagePolicy.QUARANTINE, "what a start does where something in the store is damaged"),
    SYS_INTERVAL_SECONDS(0, Integer.MAX_VALUE, 10, "time between two updates of the $SYS topics; 0 for none"),
    MAXIMUM_QOS(0, 2, 2, "the greatest QoS of a PUBLISH from a client, and of a subscription"),
    RETAIN_AVAILABLE(true, "whether clients may publish retained messages"),
    WILDCARD_SUBSCRIPTION_AVAILABLE(true, "whether a Topic Filter may have wildcards"),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(true, "whether a subscription may have an identifier"),
    SHARED_SUBSCRIPTION_AVAILABLE(true, "whether subscriptions may be shared");

    private final Class<?> type;
    private final long min;
    private final long max;
    private final long initial;
    private final String meaning;

    Setting(long min, long max, long initial, String meaning) {
        this(Long.class, min, max, initial, meaning);
    }

    Setting(boolean initial, String meaning) {
        this(Boolean.class, 0, 1, initial ? 1 : 0, meaning);
    }

    Setting(Enum<?> initial, String meaning) {
        this(initial.getDeclaringClass(), 0, initial.getDeclaringClass().getEnumConstants().length - 1,
                initial.ordinal(), meaning);
    }

    Setting(Class<?> type, long min, long max, long initial, String meaning) {
        this.type = type;
        this.min = min;
        this.max = max;
        this.initial = initial;
        this.meaning = meaning;
    }

    /** The default. */
    public long initial() {
        return initial;
    }

    /** Whether it is a number. */
    public boolean isNumber() {
        return type == Long.class;
    }

    /** Whether it is on or off. If it is no number either, it is one word of several. */
    public boolean isSwitch() {
        return type == Boolean.class;
    }

    public long min() {
        return min;
    }

    public long max() {
        return max;
    }

    /** As operators write it: {@code queued-messages-max}. */
    public String key() {
        return kebab(name());
    }

    /** What it means, without a full stop. */
    public String meaning() {
        return meaning;
    }

    /** From when on a change of a setting counts for a running broker. */
    public enum Effective { AT_ONCE, FOR_NEW_CONNECTIONS, AFTER_RESTART }

    /** From when on another value counts. What CONNACK has announced to a client stays so. */
    public Effective effective() {
        return switch (this) {
            case QUEUED_MESSAGES_MAX, QUEUED_BYTES_MAX, QUEUED_SECONDS_MAX, DISK_RESERVE_BYTES, SESSIONS_MAX,
                    SESSIONS_OPENING_MAX, SYS_INTERVAL_SECONDS -> Effective.AT_ONCE;
            case LIVE_MESSAGES_MAX, IN_FLIGHT_MAX, RECEIVE_MAXIMUM, PACKET_BYTES_MAX, TOPIC_BYTES_MAX,
                    TOPIC_LEVELS_MAX, TOPIC_ALIAS_MAXIMUM, SUBSCRIPTIONS_MAX, SESSION_EXPIRY_SECONDS_MAX,
                    KEEP_ALIVE_SECONDS_MAX, CONNECT_MILLIS_MAX, MAXIMUM_QOS, RETAIN_AVAILABLE,
                    WILDCARD_SUBSCRIPTION_AVAILABLE, SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                    SHARED_SUBSCRIPTION_AVAILABLE -> Effective.FOR_NEW_CONNECTIONS;
            case MEMORY_BYTES, CONNECTIONS_MAX, OVERFLOW, DAMAGED_ROWS -> Effective.AFTER_RESTART;
        };
    }

    /** The setting with that key, or null. */
    public static Setting of(String key) {
        for (Setting setting : values()) {
            if (setting.key().equals(key)) {
                return setting;
            }
        }
        return null;
    }

    /** What may be written for it. */
    public String expected() {
        if (type == Boolean.class) {
            return "true or false";
        }
        if (type.isEnum()) {
            String words = LongStream.rangeClosed(min, max).mapToObj(this::show).collect(joining(", "));
            int last = words.lastIndexOf(", ");
            return words.substring(0, last) + " or " + words.substring(last + 2);
        }
        return max > Integer.MAX_VALUE ? "a whole number from " + min : "a whole number from " + min + " to "
                + max;
    }

    /** The value as operators write it. */
    public String show(long value) {
        if (type == Boolean.class) {
            return value == 1 ? "true" : "false";
        }
        return type.isEnum()
                ? kebab(((Enum<?>) type.getEnumConstants()[(int) value]).name()) : Long.toString(value);
    }

    /**
     * The value that an operator has written.
     *
     * @throws IllegalArgumentException naming key, value and what was expected
     */
    public long parse(String text) {
        if (type == Long.class) {
            try {
                return require(Long.parseLong(text));
            } catch (NumberFormatException _) {
                throw new IllegalArgumentException(key() + " is " + text + "; expected " + expected());
            }
        }
        for (long value = min; value <= max; value++) {
            if (show(value).equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException(key() + " is " + text + "; expected " + expected());
    }

    long require(long value) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key() + " is " + value + "; expected " + expected());
        }
        return value;
    }

    private static String kebab(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
