package io.holdfast.security;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.KeySpec;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The SCRAM mechanisms, by what RFC 5802 calls H, HMAC and Hi: SCRAM-SHA-256 is RFC 7677, and SCRAM-SHA-512
 * the same with SHA-512. Every Java runtime that Holdfast runs on has these algorithms.
 */
public enum Mechanism {
    SCRAM_SHA_256("SHA-256", "SHA256", 32),
    SCRAM_SHA_512("SHA-512", "SHA512", 64);

    private final String digest;
    private final String suffix;
    private final int keyBytes;

    Mechanism(String digest, String suffix, int keyBytes) {
        this.digest = digest;
        this.suffix = suffix;
        this.keyBytes = keyBytes;
    }

    /** The one with that name, as an Authentication Method, or null. */
    public static Mechanism of(String saslName) {
        for (Mechanism mechanism : values()) {
            if (mechanism.saslName().equals(saslName)) {
                return mechanism;
            }
        }
        return null;
    }

    /** Its name as SASL, and MQTT, know it. */
    public String saslName() {
        return "SCRAM-" + digest;
    }

    /** The length of a key, a signature and a proof. */
    int keyBytes() {
        return keyBytes;
    }

    byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance(digest).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] hmac(byte[] key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("Hmac" + suffix);
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hi, which is PBKDF2: what makes guessing a password slow, and takes milliseconds here too. */
    byte[] saltedPassword(String password, byte[] salt, int iterations) {
        try {
            KeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, keyBytes * Byte.SIZE);
            return SecretKeyFactory.getInstance("PBKDF2WithHmac" + suffix).generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
