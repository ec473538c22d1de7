package io.holdfast.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Who may enter, and by what they are recognised.
 *
 * <p><b>Users that do not exist</b> have credentials that no password fits, so that asking tells nobody who
 * exists. Iterations and the length of the salt are those of a real user, and everything follows from the
 * name and a secret: who asks twice gets the same answer. The secret follows from all stored keys, which
 * nobody outside knows, and so it is the same after a restart, as the salts of real users are.
 */
public final class Users {
    /** Nobody: clients are not authenticated at all. */
    public static final Users NONE = new Users(new TreeMap<>());

    private final Map<String, Map<Mechanism, Credential>> users;
    private final Map<String, PasswordHash> hashes;
    /** What made up ones look like. */
    private final Map<Mechanism, List<Credential>> models = new EnumMap<>(Mechanism.class);
    private final List<String> names;
    private final byte[] secret;

    Users(Map<String, Map<Mechanism, Credential>> users) {
        this(users, Map.of());
    }

    /**
     * @param users by their names, prepared by {@link SaslPrep}; each has a credential
     * @param hashes what else passwords in CONNECT are recognised by
     */
    Users(Map<String, Map<Mechanism, Credential>> users, Map<String, PasswordHash> hashes) {
        this.users = users;
        this.hashes = hashes;
        for (Mechanism mechanism : Mechanism.values()) {
            models.put(mechanism, users.values().stream().map(credentials -> credentials.get(mechanism))
                    .filter(credential -> credential != null).toList());
        }
        names = Stream.concat(users.keySet().stream(), hashes.keySet().stream()).distinct().toList();
        StringBuilder keys = new StringBuilder();
        users.values().forEach(credentials -> keys.append(credentials.values()));
        hashes.values().forEach(keys::append);
        secret = Mechanism.SCRAM_SHA_512.hash(keys.toString().getBytes(UTF_8));
    }

    /** The names of all of them. */
    public Set<String> names() {
        return Set.copyOf(names);
    }

    public int count() {
        return names.size();
    }

    /** How the user is recognised in an exchange, whether the user exists or not. */
    Credential credential(Mechanism mechanism, String userName) {
        Credential credential = users.getOrDefault(userName, Map.of()).get(mechanism);
        return credential != null ? credential : madeUp(userName, mechanism, models.get(mechanism));
    }

    boolean contains(String userName) {
        return users.containsKey(userName) || hashes.containsKey(userName);
    }

    /**
     * Whether it is the user's password. The work is that of some user, for those that do not exist, too.
     *
     * @param prepared by {@link SaslPrep}, or what no password is
     */
    boolean isPassword(String userName, byte[] password, String prepared) {
        String worked = contains(userName) || names.isEmpty() ? userName
                : names.get(Math.floorMod(Arrays.hashCode(secretOf("model", userName)), names.size()));
        PasswordHash hash = hashes.get(worked);
        boolean right = hash != null
                ? hash.isOf(password) || isOfOther(hash, password, prepared)
                : credential(worked).isOf(prepared);
        return right && contains(userName);
    }

    private static boolean isOfOther(PasswordHash hash, byte[] password, String prepared) {
        byte[] other = prepared.getBytes(UTF_8);
        return !Arrays.equals(other, password) && hash.isOf(other);
    }

    /** How the user's password in CONNECT is recognised by keys of SCRAM, whether the user exists or not. */
    Credential credential(String userName) {
        Map<Mechanism, Credential> credentials = users.get(userName);
        return credentials != null ? first(credentials)
                : madeUp(userName, Mechanism.SCRAM_SHA_256, List.of());
    }

    private static Credential first(Map<Mechanism, Credential> credentials) {
        return credentials.values().iterator().next();
    }

    /** @param otherwise the mechanism if there is nobody to take after */
    private Credential madeUp(String userName, Mechanism otherwise, List<Credential> like) {
        int chosen = Arrays.hashCode(secretOf("model", userName));
        Credential model = like.isEmpty()
                ? new Credential(otherwise, Credential.ITERATIONS, new byte[Credential.SALT_BYTES], null,
                        null)
                : like.get(Math.floorMod(chosen, like.size()));
        byte[] salt = Arrays.copyOf(secretOf("salt", userName), model.salt().length);
        byte[] key = Arrays.copyOf(secretOf("key", userName), model.mechanism().keyBytes());
        return new Credential(model.mechanism(), model.iterations(), salt, key, key);
    }

    private byte[] secretOf(String what, String userName) {
        return Mechanism.SCRAM_SHA_512.hmac(secret, (what + " of " + userName).getBytes(UTF_8));
    }
}
