package io.holdfast.broker;

import io.holdfast.mqtt.QoS;
import java.util.Arrays;

/** The limits that the core keeps and announces: a value for each {@link Setting}. */
public final class Settings {
    public static final Settings DEFAULT =
            new Settings(Arrays.stream(Setting.values()).mapToLong(Setting::initial).toArray(), null, false);

    /** Memory for each connection that is allowed where the operator has not said how many. */
    private static final long CONNECTION_BYTES = 32 << 10;

    private final long[] values;
    private final String serverReference;
    private final boolean moved;

    private Settings(long[] values, String serverReference, boolean moved) {
        this.values = values;
        this.serverReference = serverReference;
        this.moved = moved;
    }

    /**
     * The same with another value.
     *
     * @throws IllegalArgumentException naming key, value and what was expected
     */
    public Settings with(Setting setting, long value) {
        long[] changed = values.clone();
        changed[setting.ordinal()] = setting.require(value);
        return new Settings(changed, serverReference, moved);
    }

    /**
     * The same in a process that may take that much memory: what was left to be found out is found out.
     *
     * @throws IllegalArgumentException naming key, value and what was expected
     */
    public Settings within(long memoryBytes) {
        Settings within = with(Setting.MEMORY_BYTES, memoryBytes);
        return get(Setting.CONNECTIONS_MAX) > 0 ? within
                : within.with(Setting.CONNECTIONS_MAX, memoryBytes / CONNECTION_BYTES);
    }

    /**
     * The same with another server for clients that are not let in because there are too many sessions, or,
     * if all have {@code moved} there, for every client (section 4.11).
     *
     * @param reference host or host:port; several are separated by spaces
     */
    public Settings withServerReference(String reference, boolean allMoved) {
        return new Settings(values, reference, allMoved);
    }

    public long get(Setting setting) {
        return values[setting.ordinal()];
    }

    /** The value of a setting that an int can hold. */
    public int integer(Setting setting) {
        return (int) values[setting.ordinal()];
    }

    /** Whether one is on that can be on or off. */
    public boolean isOn(Setting setting) {
        return values[setting.ordinal()] != 0;
    }

    public OverflowPolicy overflow() {
        return OverflowPolicy.values()[integer(Setting.OVERFLOW)];
    }

    public DamagePolicy damagedRows() {
        return DamagePolicy.values()[integer(Setting.DAMAGED_ROWS)];
    }

    public QoS maximumQos() {
        return QoS.of(integer(Setting.MAXIMUM_QOS));
    }

    /** Where else clients may go, or null. */
    public String serverReference() {
        return serverReference;
    }

    /** Whether every client is sent there. */
    public boolean isMoved() {
        return moved;
    }
}
