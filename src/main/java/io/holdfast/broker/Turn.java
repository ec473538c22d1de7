package io.holdfast.broker;

import java.util.ArrayList;
import java.util.List;

/**
 * What the core decided on a batch of inputs. First all {@code changes} become durable in one step, as far as
 * {@link #sync} asks for it, then the {@code effects} happen, in order. Effects in {@code unbound} rest on
 * nothing that must be durable first and may happen at once, in order among themselves.
 *
 * <p>Turns are numbered from 1 and become durable in the order of their numbers, possibly several in one
 * step.
 */
public final class Turn {
    private final long number;
    private final long releasedThrough;
    private long nowMillis;
    private boolean binding;
    private Sync sync = Sync.COMMIT;
    private Sync strongestWeak = Sync.OS;
    private int weakChanges;
    private long messageBytes;
    private final List<Change> changes = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<Effect> unbound = new ArrayList<>();

    /**
     * @param releasedThrough the number of a turn whose effects have all been handed to the edge, as those of
     *     all earlier turns have
     */
    public Turn(long number, long releasedThrough) {
        this.number = number;
        this.releasedThrough = releasedThrough;
    }

    public long number() {
        return number;
    }

    public long releasedThrough() {
        return releasedThrough;
    }

    /** The time of the input that is being decided on, in milliseconds since 1970. */
    long nowMillis() {
        return nowMillis;
    }

    void setNowMillis(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    /**
     * Whether nothing may be unbound for now: what is published rests on a row that the turn removes, and
     * must not be seen by anybody if that row may be found again.
     */
    boolean isBinding() {
        return binding;
    }

    void setBinding(boolean binding) {
        this.binding = binding;
    }

    /** What is changed from now on is for a client that is content with this. */
    void setSync(Sync sync) {
        this.sync = sync;
    }

    /** What the changes need before the effects may happen. */
    public Sync sync() {
        return changes.size() > weakChanges ? Sync.COMMIT : strongestWeak;
    }

    void change(Change change) {
        changes.add(change);
        if (sync != Sync.COMMIT) {
            weakChanges++;
            strongestWeak = sync.compareTo(strongestWeak) > 0 ? sync : strongestWeak;
        }
        messageBytes += change.messageBytes();
    }

    /** What the turn stores of messages so far, in bytes. */
    long messageBytes() {
        return messageBytes;
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    void unbound(Effect effect) {
        unbound.add(effect);
    }

    public List<Change> changes() {
        return changes;
    }

    public List<Effect> effects() {
        return effects;
    }

    public List<Effect> unbound() {
        return unbound;
    }
}
