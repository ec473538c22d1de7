package io.holdfast.security;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is stored of a password (RFC 5802, section 3): enough to recognise it, and not enough to log in with.
 * Its text is that of RFC 5803, as PostgreSQL writes it:
 *
 * <pre>
 * SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey    (the last three as Base64)
 * </pre>
 *
 * <p>The arrays are shared and never changed.
 */
record Credential(Mechanism mechanism, int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    /** RFC 7677, section 4: fewer are too easily guessed. */
    static final int ITERATIONS_MIN = 4_096;

    /** A single check takes seconds then. */
    static final int ITERATIONS_MAX = 10_000_000;

    /** What new ones have: milliseconds for the broker, and for a device. */
    static final int ITERATIONS = 10_000;

    static final int SALT_BYTES = 16;
    static final int SALT_BYTES_MAX = 64;

    static final String FORM = "SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey, or the same with"
            + " SCRAM-SHA-512";

    private static final Pattern TEXT = Pattern.compile("(SCRAM-SHA-(?:256|512))\\$([0-9]{1,8}):([^$:]+)"
            + "\\$([^$:]+):([^$:]+)");

    /** @param password prepared by {@link SaslPrep} */
    static Credential of(Mechanism mechanism, String password, byte[] salt, int iterations) {
        byte[] salted = mechanism.saltedPassword(password, salt, iterations);
        byte[] clientKey = mechanism.hmac(salted, "Client Key".getBytes(US_ASCII));
        byte[] serverKey = mechanism.hmac(salted, "Server Key".getBytes(US_ASCII));
        return new Credential(mechanism, iterations, salt, mechanism.hash(clientKey), serverKey);
    }

    /**
     * Reads its text.
     *
     * @throws IllegalArgumentException with what is wrong, and what was expected
     */
    static Credential parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("what follows the user name is no credential;"
                    + " expected " + FORM + ", " + PasswordHash.FORM);
        }
        Mechanism mechanism = Mechanism.of(matcher.group(1));
        int iterations = Integer.parseInt(matcher.group(2));
        if (iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
            throw new IllegalArgumentException("there are " + iterations + " iterations; expected "
                    + ITERATIONS_MIN + " to " + ITERATIONS_MAX);
        }
        byte[] salt = base64("salt", matcher.group(3));
        if (salt.length > SALT_BYTES_MAX) {
            throw new IllegalArgumentException("the salt has " + salt.length + " bytes; expected 1 to "
                    + SALT_BYTES_MAX);
        }
        return new Credential(mechanism, iterations, salt, key("StoredKey", matcher.group(4), mechanism),
                key("ServerKey", matcher.group(5), mechanism));
    }

    private static byte[] key(String what, String text, Mechanism mechanism) {
        byte[] key = base64(what, text);
        if (key.length != mechanism.keyBytes()) {
            throw new IllegalArgumentException("the " + what + " has " + key.length + " bytes; expected "
                    + mechanism.keyBytes() + " for " + mechanism.saslName());
        }
        return key;
    }

    private static byte[] base64(String what, String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("the " + what + " is " + text + "; expected Base64");
        }
    }

    /** Whether it is that of the password; takes as long whatever the answer is. */
    boolean isOf(String password) {
        return MessageDigest.isEqual(of(mechanism, password, salt, iterations).storedKey, storedKey);
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        return mechanism.saslName() + "$" + iterations + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
    }
}
