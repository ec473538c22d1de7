package io.holdfast.topic;

import java.util.Arrays;

/**
 * The levels of one Topic Name or Topic Filter: where each begins, and a hash of any run of them.
 *
 * <p><b>The hash</b> of a string is the sum, modulo 2^64, of a number for each of its levels. A level's
 * number depends on its text, its position, and three secrets drawn from the seed; the hash of levels {@code
 * a} to {@code b} is the difference of two sums, and replacing a level by {@code +} is a subtraction and an
 * addition. Text is taken four UTF-16 units at a time into a multiplication whose 128 bits are folded into 64
 * (the step of wyhash). Units are never U+0000 [MQTT-1.5.4-2], so padding the last four with zeros makes no
 * two levels alike.
 *
 * <p><b>Flooding.</b> Without the seed nobody can tell which filters collide, and nothing in the protocol
 * answers with a hash; a position's secret multiple keeps levels from being exchanged for each other. A
 * polynomial of {@code char}s modulo 2^64 would not do: it has colliding strings that are the same for every
 * multiplier.
 */
final class Levels {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long textSecret;
    private final long positionSecret;
    private final long levelSecret;
    private final long plusText;
    private final long hashText;

    private int count;
    /** Where each level begins in the string; after the last, the string's length and one. */
    private int[] starts = new int[16];
    /** The hash of all levels before this one. */
    private long[] sums = new long[16];
    /** What a level {@code +} and a level {@code #} at this position add to a hash. */
    private long[] pluses = {};
    private long[] multiLevels = {};

    Levels(long seed) {
        textSecret = mix(seed + GOLDEN) | 1;
        positionSecret = mix(seed + 2 * GOLDEN) | 1;
        levelSecret = mix(seed + 3 * GOLDEN) | 1;
        plusText = textSecret ^ '+';
        hashText = textSecret ^ '#';
        numberWildcards();
    }

    private void numberWildcards() {
        int from = pluses.length;
        pluses = Arrays.copyOf(pluses, starts.length);
        multiLevels = Arrays.copyOf(multiLevels, starts.length);
        for (int level = from; level < starts.length; level++) {
            pluses[level] = number(plusText, level);
            multiLevels[level] = number(hashText, level);
        }
    }

    /** Forgets the levels before and takes those of this string: the empty string has one, which is empty. */
    void read(String string) {
        int length = string.length();
        int levels = 0;
        int start = 0;
        long text = textSecret;
        int shift = 0;
        for (int i = 0; i < length; i++) {
            char c = string.charAt(i);
            if (c == '/') {
                add(levels++, start, text);
                start = i + 1;
                text = textSecret;
                shift = 0;
            } else {
                text ^= (long) c << shift;
                shift += 16;
                if (shift == 64) {
                    text = fold(text, textSecret);
                    shift = 0;
                }
            }
        }
        add(levels++, start, text);
        starts[levels] = length + 1;
        count = levels;
    }

    private void add(int level, int start, long text) {
        if (level + 2 > starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
            sums = Arrays.copyOf(sums, 2 * sums.length);
            numberWildcards();
        }
        starts[level] = start;
        sums[level + 1] = sums[level] + number(text, level);
    }

    int count() {
        return count;
    }

    /**
     * The index in the string of the level's first character; for the level after the last, its length and
     * one.
     */
    int start(int level) {
        return starts[level];
    }

    /** The hash of the whole string. */
    long hash() {
        return sums[count];
    }

    /**
     * The hash of the levels from {@code from} on, without {@code to}: to be added to that of what precedes
     * them.
     */
    long hash(int from, int to) {
        return sums[to] - sums[from];
    }

    /** What a level {@code +} at this position adds to a hash. */
    long plus(int level) {
        return pluses[level];
    }

    /** What a level {@code #} at this position adds to a hash. */
    long multiLevel(int level) {
        return multiLevels[level];
    }

    private long number(long text, int level) {
        return fold(text ^ positionSecret * (level + 1), levelSecret);
    }

    private static long fold(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long seed) {
        long z = (seed ^ seed >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
