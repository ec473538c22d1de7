package io.holdfast.broker;

/** What a start does about a store in which something is damaged. */
public enum DamagePolicy {
    /** What is damaged is named and set aside, and the broker starts with everything else. */
    QUARANTINE,
    /** The broker does not start. */
    REFUSE
}
