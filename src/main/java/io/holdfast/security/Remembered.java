package io.holdfast.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Step;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A check whose good answers are remembered for a while, so that a fleet that connects again is let in
 * without all the work. What is remembered is found by a keyed hash of all that the client has brought; the
 * key is as old as the process. Refusals are not remembered: a right password is right at once.
 */
final class Remembered implements Check {
    /** Answers that are remembered; about 300 bytes each. */
    static final int ANSWERS_MAX = 10_000;

    private record Answer(Accepted accepted, long atNanos) {}

    private final Check check;
    private final long ageNanosMax;
    private final LongSupplier nanoTime;
    private final byte[] key = new byte[32];
    /** The oldest first. */
    private final Map<ByteBuffer, Answer> answers = new LinkedHashMap<>();

    /** @param nanoTime as {@link System#nanoTime} */
    Remembered(Check check, int ageSecondsMax, LongSupplier nanoTime) {
        this.check = check;
        this.nanoTime = nanoTime;
        ageNanosMax = TimeUnit.SECONDS.toNanos(ageSecondsMax);
        new SecureRandom().nextBytes(key);
    }

    @Override
    public Kind kind() {
        return check.kind();
    }

    @Override
    public Step judge(Begin begin) {
        ByteBuffer name = name(begin);
        Accepted known = find(name);
        if (known != null) {
            return known;
        }
        Step step = check.judge(begin);
        if (step instanceof Accepted accepted) {
            put(name, accepted);
        }
        return step;
    }

    @Override
    public void close() {
        check.close();
    }

    private synchronized Accepted find(ByteBuffer name) {
        long now = nanoTime.getAsLong();
        Iterator<Answer> oldest = answers.values().iterator();
        while (oldest.hasNext() && now - oldest.next().atNanos > ageNanosMax) {
            oldest.remove();
        }
        Answer answer = answers.get(name);
        return answer == null ? null : answer.accepted;
    }

    private synchronized void put(ByteBuffer name, Accepted accepted) {
        answers.remove(name);
        answers.put(name, new Answer(accepted, nanoTime.getAsLong()));
        if (answers.size() > ANSWERS_MAX) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    /** Lengths keep one thing from being taken for another. */
    private ByteBuffer name(Begin begin) {
        byte[][] parts = {bytes(begin.clientId()), bytes(begin.userName()), begin.password(),
            bytes(begin.origin().address())};
        int length = 0;
        for (byte[] part : parts) {
            length += Integer.BYTES + (part == null ? 0 : part.length);
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.putInt(part == null ? -1 : part.length).put(part == null ? new byte[0] : part);
        }
        return ByteBuffer.wrap(Mechanism.SCRAM_SHA_256.hmac(key, all.array()));
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }
}
