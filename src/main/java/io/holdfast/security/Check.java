package io.holdfast.security;

import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Step;

/** A way of finding out who a client is, by what it brings in CONNECT; several are asked in their order. */
interface Check {
    /** On which threads it runs: for what is quick, for hard work, for what waits for others. */
    enum Kind { QUICK, WORK, WAIT }

    Kind kind();

    /** Accepts the client, or refuses it; null leaves it to the next one. */
    Step judge(Begin begin);

    /** Gives back what it holds; it is not asked any more. */
    default void close() {}
}
