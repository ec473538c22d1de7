package io.holdfast.simulation;

import io.holdfast.broker.OverflowPolicy;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import java.util.random.RandomGenerator;

/** The settings of a simulated broker: small limits, so that they are met. */
final class Limits {
    static final int TOPIC_ALIAS_MAXIMUM = 3;

    private static final Settings SETTINGS = Settings.DEFAULT.with(Setting.RECEIVE_MAXIMUM, 100)
            .with(Setting.IN_FLIGHT_MAX, 8).with(Setting.LIVE_MESSAGES_MAX, 50)
            .with(Setting.SESSIONS_OPENING_MAX, 2).with(Setting.TOPIC_ALIAS_MAXIMUM, TOPIC_ALIAS_MAXIMUM)
            .with(Setting.DISK_RESERVE_BYTES, SimulatedMachine.RESERVE_BYTES);

    private Limits() {}

    /** In half of the worlds all messages may wait; in the others few, under any of the policies. */
    static Settings settings(RandomGenerator random) {
        return random.nextBoolean() ? SETTINGS
                : SETTINGS.with(Setting.OVERFLOW, random.nextInt(OverflowPolicy.values().length))
                        .with(Setting.QUEUED_MESSAGES_MAX, 10 + random.nextInt(30));
    }

    /** Others that a running broker can take; the same if all messages may wait. */
    static Settings change(Settings settings, RandomGenerator random) {
        boolean limited = settings.get(Setting.QUEUED_MESSAGES_MAX) < Settings.DEFAULT
                .get(Setting.QUEUED_MESSAGES_MAX);
        return limited ? settings.with(Setting.QUEUED_MESSAGES_MAX, 10 + random.nextInt(30)) : settings;
    }
}
