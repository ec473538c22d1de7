package io.holdfast.security;

import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.mqtt.ReasonCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whoever is banned, guesses passwords, or connects too often is refused here, before anything is worked on.
 * What is counted is forgotten in time, and the oldest first when there is too much of it.
 *
 * <p><b>A user can be kept out by others</b> who guess at its password. That is the price of slow guessing:
 * who could log in from elsewhere while somebody guesses could guess from elsewhere, too.
 */
final class Door {
    /** Addresses, users, clients and listeners that are counted. */
    static final int COUNTED_MAX = 100_000;

    static final Refused BANNED = new Refused(ReasonCode.BANNED, "the operator does not let it in");
    private static final Refused TOO_OFTEN =
            new Refused(ReasonCode.CONNECTION_RATE_EXCEEDED, "it connects too often, or failed to log in");

    /** What somebody did in a window, and when that begins. */
    private static final class Count {
        private long sinceNanos;
        private int count;
        private long shutUntilNanos;
        private boolean shut;
    }

    private final LongSupplier nanoTime;
    private final Map<String, Count> counts = new LinkedHashMap<>();

    /** @param nanoTime as {@link System#nanoTime} */
    Door(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Why a client is not let in, or null; counts its CONNECT. */
    synchronized Refused refusal(Begin begin, Bans bans, DoorSettings settings) {
        if (bans.contain(begin)) {
            return BANNED;
        }
        String listener = "listener " + begin.origin().listener();
        if (isMore(listener, settings.listenerConnectsPerSecondMax(), 1, 0)
                | isMore("client " + begin.clientId(), settings.clientConnectsMax(),
                        settings.windowSeconds(), settings.banSeconds())
                || isShut("address " + begin.origin().address()) || isShut(user(begin.userName()))) {
            return TOO_OFTEN;
        }
        return null;
    }

    /** The same for a user that is known now, as far as it was not before. */
    synchronized Refused refusal(String userName, Bans bans) {
        if (bans.named().userNames().contains(userName)) {
            return BANNED;
        }
        return isShut(user(userName)) ? TOO_OFTEN : null;
    }

    /** A password, a proof or a token was wrong. */
    synchronized void failed(Begin begin, String userName, DoorSettings settings) {
        if (begin.origin().address() != null) {
            isMore("address " + begin.origin().address(), settings.addressFailuresMax(),
                    settings.windowSeconds(), settings.banSeconds());
        }
        if (userName != null) {
            isMore(user(userName), settings.userFailuresMax(), settings.windowSeconds(),
                    settings.banSeconds());
        }
    }

    /** One name for all that are the same once they are prepared; null if there is none. */
    private static String user(String userName) {
        if (userName == null) {
            return null;
        }
        boolean isPlain = userName.length() > Authenticator.NAME_LENGTH_MAX
                || userName.chars().allMatch(c -> c < 0x80);
        String prepared = isPlain ? userName : SaslPrep.prepare(userName);
        return "user " + (prepared == null ? "" : prepared);
    }

    synchronized int counted() {
        return counts.size();
    }

    private boolean isShut(String who) {
        Count count = counts.get(who);
        return count != null && count.shut && nanoTime.getAsLong() - count.shutUntilNanos < 0;
    }

    /** Counts one more. Answers whether that is more than may be, or it was lately. */
    private boolean isMore(String who, int max, int windowSeconds, int shutSeconds) {
        if (max == 0) {
            return false;
        }
        long now = nanoTime.getAsLong();
        Count count = counts.get(who);
        if (count == null || !isShut(who)
                && now - count.sinceNanos >= TimeUnit.SECONDS.toNanos(windowSeconds)) {
            counts.remove(who);
            count = new Count();
            count.sinceNanos = now;
            counts.put(who, count);
            if (counts.size() > COUNTED_MAX) {
                counts.remove(counts.keySet().iterator().next());
            }
        }
        if (++count.count > max && shutSeconds > 0 && !isShut(who)) {
            count.shut = true;
            count.shutUntilNanos = now + TimeUnit.SECONDS.toNanos(shutSeconds);
        }
        return count.count > max;
    }
}
