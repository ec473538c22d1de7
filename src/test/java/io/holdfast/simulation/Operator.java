package io.holdfast.simulation;

import io.holdfast.broker.Input;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import java.util.random.RandomGenerator;

/** Whoever sets the limits of a simulated broker: what was set holds for the next broker, too. */
final class Operator {
    private final RandomGenerator random;
    private Settings settings;

    Operator(RandomGenerator random) {
        this.random = random;
        settings = Limits.settings(random);
    }

    Settings settings() {
        return settings;
    }

    private long messagesMax() {
        return settings.get(Setting.QUEUED_MESSAGES_MAX);
    }

    /** Tells the broker of other limits, and the ledger. */
    Input changeLimits(Ledger ledger) {
        settings = Limits.change(settings, random);
        ledger.limit(messagesMax());
        return new Input.SettingsChanged(settings);
    }

    /** What was done last. */
    String told() {
        return "the operator lets " + messagesMax() + " messages wait";
    }
}
