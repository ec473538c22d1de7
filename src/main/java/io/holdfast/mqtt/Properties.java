package io.holdfast.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The Properties of one packet (MQTT 5.0, section 2.2.2): immutable, in their order on the wire, which is
 * kept because User Properties must be forwarded in order [MQTT-3.3.2-18]. Packets of older versions have
 * none.
 *
 * <p>A value in memory is a {@code Long} for the four integer types, a {@code String}, a {@code byte[]}, or a
 * {@link UserProperty}.
 */
public final class Properties {
    /** No property at all: what packets of MQTT 3.1 and 3.1.1 carry. */
    public static final Properties NONE = new Properties(List.of());

    /** A name and a value; the same name may come more than once. */
    public record UserProperty(String name, String value) {}

    /** One property with its value. */
    public record Entry(Property property, Object value) {
        public Entry {
            Class<?> expected = switch (property.type()) {
                case BYTE, TWO_BYTE_INTEGER, FOUR_BYTE_INTEGER, VARIABLE_BYTE_INTEGER -> Long.class;
                case UTF_8_STRING -> String.class;
                case UTF_8_STRING_PAIR -> UserProperty.class;
                case BINARY_DATA -> byte[].class;
            };
            if (!expected.isInstance(value)) {
                throw new IllegalArgumentException(property + " takes a " + expected.getSimpleName()
                        + ", not " + value);
            }
        }
    }

    private final List<Entry> entries;

    private Properties(List<Entry> entries) {
        this.entries = entries;
    }

    public static Properties of(List<Entry> entries) {
        return entries.isEmpty() ? NONE : new Properties(List.copyOf(entries));
    }

    public static Properties of(Property property, Object value) {
        return NONE.with(property, value);
    }

    /** These properties and one more, at the end; for the integer types any {@code Number} will do. */
    public Properties with(Property property, Object value) {
        List<Entry> longer = new ArrayList<>(entries);
        longer.add(new Entry(property, value instanceof Number number ? (Long) number.longValue() : value));
        return new Properties(List.copyOf(longer));
    }

    /** These properties, but only those of the wanted kinds. */
    public Properties only(Predicate<Property> wanted) {
        for (int i = 0; i < entries.size(); i++) {
            if (!wanted.test(entries.get(i).property())) {
                return of(entries.stream().filter(entry -> wanted.test(entry.property())).toList());
            }
        }
        return this;
    }

    /** The properties in wire order. */
    public List<Entry> entries() {
        return entries;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public boolean contains(Property property) {
        return find(property) != null;
    }

    /** The integer value of the property, or the given default where it is absent. */
    public long integer(Property property, long absent) {
        Object value = find(property);
        return value == null ? absent : (Long) value;
    }

    /** The string value of the property, or null where it is absent. */
    public String string(Property property) {
        return (String) find(property);
    }

    /** The binary value of the property, not copied, or null where it is absent. */
    public byte[] binary(Property property) {
        return (byte[]) find(property);
    }

    private Object find(Property property) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).property() == property) {
                return entries.get(i).value();
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
