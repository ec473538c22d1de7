package io.holdfast.security;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's side of SCRAM, written from RFC 5802 and not from the server's side; with Hi as a loop of
 * HMACs.
 */
public final class ScramClient {
    private final String hash;
    private final String password;
    private final String header;
    private final String bare;
    private byte[] serverSignature;

    /** @param header with the flag of channel binding: {@code n,,} */
    public ScramClient(String mechanism, String userName, String password, String header) {
        this.hash = mechanism.substring("SCRAM-".length());
        this.password = password;
        this.header = header;
        bare = "n=" + userName.replace("=", "=3D").replace(",", "=2C") + ",r=" + UUID.randomUUID();
    }

    /** The client-first-message. */
    public byte[] first() {
        return (header + bare).getBytes(UTF_8);
    }

    /** The client-final-message that follows the server-first-message. */
    public byte[] last(byte[] challenge) {
        String serverFirst = new String(challenge, UTF_8);
        String[] parts = serverFirst.split(",");
        byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
        int iterations = Integer.parseInt(parts[2].substring(2));
        String withoutProof = "c=" + Base64.getEncoder().encodeToString(header.getBytes(UTF_8)) + ","
                + parts[0];
        byte[] messages = (bare + "," + serverFirst + "," + withoutProof).getBytes(UTF_8);
        byte[] salted = hi(salt, iterations);
        byte[] clientKey = hmac(salted, "Client Key".getBytes(US_ASCII));
        serverSignature = hmac(hmac(salted, "Server Key".getBytes(US_ASCII)), messages);
        byte[] proof = xor(clientKey, hmac(digest(clientKey), messages));
        return (withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof)).getBytes(UTF_8);
    }

    /** Whether the server-final-message is of a server that knows the password's keys. */
    public boolean isOfServer(byte[] serverFinal) {
        return new String(serverFinal, UTF_8)
                .equals("v=" + Base64.getEncoder().encodeToString(serverSignature));
    }

    private byte[] hi(byte[] salt, int iterations) {
        byte[] key = password.getBytes(UTF_8);
        byte[] block = Arrays.copyOf(salt, salt.length + 4);
        block[block.length - 1] = 1;
        byte[] last = hmac(key, block);
        byte[] result = last;
        for (int i = 1; i < iterations; i++) {
            last = hmac(key, last);
            result = xor(result, last);
        }
        return result;
    }

    private static byte[] xor(byte[] a, byte[] b) {
        byte[] result = a.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= b[i];
        }
        return result;
    }

    private byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance(hash).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] hmac(byte[] key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("Hmac" + hash.replace("-", ""));
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
