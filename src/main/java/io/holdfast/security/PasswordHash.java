package io.holdfast.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.mqtt.Utf8;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What is stored of a password that is shown in CONNECT only: enough to recognise it. Its text is that of
 * {@code mosquitto_passwd}, of the reference implementation of Argon2, or of bcrypt:
 *
 * <pre>
 * $6$salt$hash                                SHA-512 of password and salt, both as Base64
 * $7$iterations$salt$hash                     PBKDF2 with HMAC-SHA-512
 * $argon2id$v=19$m=KiB,t=passes,p=lanes$salt$hash    both as Base64 without padding
 * $2a$.. $2b$.. $2y$..                        bcrypt, of the first 72 bytes
 * </pre>
 */
sealed interface PasswordHash {
    /** Of memory: as much, for each thread that checks passwords, is taken while one is checked. */
    int MEMORY_KIB_MAX = 256 << 10;
    int PASSES_MAX = 64;
    int LANES_MAX = 16;
    int BCRYPT_BYTES_MAX = 72;

    /** What new ones have: the least that OWASP recommends. */
    int MEMORY_KIB = 19 << 10;
    int PASSES = 2;
    int HASH_BYTES = 32;

    String FORM = "or $6$salt$hash or $7$iterations$salt$hash as mosquitto_passwd writes them, or a hash of"
            + " Argon2id or bcrypt";

    Pattern SALTED = Pattern.compile("\\$6\\$([^$]+)\\$([^$]+)");
    Pattern PBKDF2 = Pattern.compile("\\$7\\$([0-9]{1,8})\\$([^$]+)\\$([^$]+)");
    Pattern ARGON2ID = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,4}),p=([0-9]{1,3})\\$([^$]+)\\$([^$]+)");
    Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-9]|2[0-9]|3[01])\\$[./A-Za-z0-9]{53}");

    /** Whether it is that of the password, in the bytes that the client has sent. */
    boolean isOf(byte[] password);

    /** SHA-512 of password and salt. */
    record Salted(byte[] salt, byte[] hash) implements PasswordHash {
        @Override
        public boolean isOf(byte[] password) {
            byte[] both = new byte[password.length + salt.length];
            System.arraycopy(password, 0, both, 0, password.length);
            System.arraycopy(salt, 0, both, password.length, salt.length);
            return MessageDigest.isEqual(Mechanism.SCRAM_SHA_512.hash(both), hash);
        }

        @Override
        public String toString() {
            return "$6$" + Base64.getEncoder().encodeToString(salt) + "$"
                    + Base64.getEncoder().encodeToString(hash);
        }
    }

    /** PBKDF2; what is not UTF-8 is no password. */
    record Iterated(int iterations, byte[] salt, byte[] hash) implements PasswordHash {
        @Override
        public boolean isOf(byte[] password) {
            String text = Utf8.decode(password);
            byte[] made = Mechanism.SCRAM_SHA_512.saltedPassword(text == null ? "" : text, salt, iterations);
            return MessageDigest.isEqual(made, hash) && text != null;
        }

        @Override
        public String toString() {
            return "$7$" + iterations + "$" + Base64.getEncoder().encodeToString(salt) + "$"
                    + Base64.getEncoder().encodeToString(hash);
        }
    }

    /** Argon2id (RFC 9106). */
    record Argon2id(int memoryKib, int passes, int lanes, byte[] salt, byte[] hash) implements PasswordHash {
        @Override
        public boolean isOf(byte[] password) {
            return MessageDigest.isEqual(hash(password, memoryKib, passes, lanes, salt, hash.length), hash);
        }

        static Argon2id of(String password, byte[] salt) {
            return new Argon2id(MEMORY_KIB, PASSES, 1, salt,
                    hash(password.getBytes(UTF_8), MEMORY_KIB, PASSES, 1, salt, HASH_BYTES));
        }

        private static byte[] hash(byte[] password, int memoryKib, int passes, int lanes, byte[] salt,
                int bytes) {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13).withMemoryAsKB(memoryKib)
                    .withIterations(passes).withParallelism(lanes).withSalt(salt).build());
            byte[] hash = new byte[bytes];
            generator.generateBytes(password, hash);
            return hash;
        }

        @Override
        public String toString() {
            Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
            return "$argon2id$v=19$m=" + memoryKib + ",t=" + passes + ",p=" + lanes + "$"
                    + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
        }
    }

    /** bcrypt; a longer password than it knows is none. */
    record Bcrypt(String text) implements PasswordHash {
        @Override
        public boolean isOf(byte[] password) {
            boolean fits = password.length > 0 && password.length <= BCRYPT_BYTES_MAX;
            return OpenBSDBCrypt.checkPassword(text, fits ? password : new byte[1]) && fits;
        }
    }

    /**
     * Reads its text.
     *
     * @throws IllegalArgumentException with what is wrong, and what was expected
     */
    static PasswordHash parse(String text) {
        Matcher matcher = SALTED.matcher(text);
        if (matcher.matches()) {
            return new Salted(base64(matcher.group(1)), key(matcher.group(2)));
        }
        matcher = PBKDF2.matcher(text);
        if (matcher.matches()) {
            int iterations = within("iterations", matcher.group(1), 1, Credential.ITERATIONS_MAX);
            return new Iterated(iterations, base64(matcher.group(2)), key(matcher.group(3)));
        }
        matcher = ARGON2ID.matcher(text);
        if (matcher.matches()) {
            int lanes = within("lanes", matcher.group(3), 1, LANES_MAX);
            return new Argon2id(within("KiB of memory", matcher.group(1), 8 * lanes, MEMORY_KIB_MAX),
                    within("passes", matcher.group(2), 1, PASSES_MAX), lanes, base64(matcher.group(4)),
                    base64(matcher.group(5)));
        }
        if (BCRYPT.matcher(text).matches()) {
            return new Bcrypt(text);
        }
        throw new IllegalArgumentException("what follows the user name is no credential; expected "
                + Credential.FORM + ", " + FORM);
    }

    private static int within(String what, String number, int min, int max) {
        int value = Integer.parseInt(number);
        if (value < min || value > max) {
            throw new IllegalArgumentException("there are " + value + " " + what + "; expected " + min
                    + " to " + max);
        }
        return value;
    }

    private static byte[] key(String text) {
        byte[] key = base64(text);
        if (key.length != Mechanism.SCRAM_SHA_512.keyBytes()) {
            throw new IllegalArgumentException("the hash has " + key.length + " bytes; expected "
                    + Mechanism.SCRAM_SHA_512.keyBytes());
        }
        return key;
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("there is " + text + "; expected Base64");
        }
    }
}
