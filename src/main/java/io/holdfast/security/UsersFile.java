package io.holdfast.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The file of users, in UTF-8: a line for each user and mechanism, as {@code name:} and the text of a {@link
 * Credential}, or of a {@link PasswordHash}, as {@code mosquitto_passwd} writes it. A user has one line for
 * each mechanism at most, and one with a hash. Empty lines, and those that begin with {@code #}, say nothing.
 */
public final class UsersFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;

    public UsersFile(Path path) {
        this.path = path;
    }

    /** Reads the users, of whom there must be one. */
    public Users read() throws BadFileException {
        Map<String, Map<Mechanism, Credential>> users = new TreeMap<>();
        Map<String, PasswordHash> hashes = new TreeMap<>();
        List<String> lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!isComment(line)) {
                try {
                    add(line, users, hashes);
                } catch (IllegalArgumentException e) {
                    throw new BadFileException(path + ", line " + (i + 1) + ": " + e.getMessage());
                }
            }
        }
        if (users.isEmpty() && hashes.isEmpty()) {
            throw new BadFileException(path + " names no user; expected a line such as those that"
                    + " `tools/holdfast passwd " + path + " USER` writes");
        }
        return new Users(users, hashes);
    }

    private static void add(String line, Map<String, Map<Mechanism, Credential>> users,
            Map<String, PasswordHash> hashes) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("there is no colon; expected name:" + Credential.FORM + ", "
                    + PasswordHash.FORM);
        }
        String name = line.substring(0, colon);
        requireName(name);
        String text = line.substring(colon + 1);
        if (!text.startsWith("SCRAM-")) {
            if (hashes.put(name, PasswordHash.parse(text)) != null) {
                throw new IllegalArgumentException(name + " has another line with a hash; expected one at"
                        + " most");
            }
            return;
        }
        Credential credential = Credential.parse(text);
        if (users.computeIfAbsent(name, _ -> new EnumMap<>(Mechanism.class))
                .put(credential.mechanism(), credential) != null) {
            throw new IllegalArgumentException(name + " has another line for "
                    + credential.mechanism().saslName() + "; expected one at most");
        }
    }

    private static void requireName(String name) {
        if (!name.equals(SaslPrep.prepare(name)) || name.indexOf(':') >= 0 || name.startsWith("#")) {
            throw new IllegalArgumentException("the user name is \"" + name + "\"; expected one without"
                    + " colons and control characters, in the normal form NFKC of Unicode, and without # in"
                    + " front");
        }
    }

    private static boolean isComment(String line) {
        return line.isBlank() || line.startsWith("#");
    }

    private List<String> lines() throws BadFileException {
        return lines(path, "a text file of users, as `tools/holdfast passwd " + path + " USER` makes it");
    }

    /** The lines of a text file that the operator has named. */
    static List<String> lines(Path path, String expected) throws BadFileException {
        try {
            return Files.readAllLines(path);
        } catch (NoSuchFileException _) {
            throw new BadFileException(path + " does not exist; expected " + expected);
        } catch (CharacterCodingException _) {
            throw new BadFileException(path + " is not UTF-8; expected " + expected);
        } catch (IOException e) {
            throw new BadFileException(path + " cannot be read (" + e + "); expected " + expected);
        }
    }

    /** Whether every user of the machine may read it, as far as the file system tells. */
    public boolean isReadableByOthers() {
        try {
            return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    /**
     * Gives the user this password and no other: all lines of the user make way for one for each mechanism.
     * What else is in the file stays. The new file replaces the old one in one step, or not at all.
     *
     * @param mechanisms if there is none, the line has a hash by Argon2id
     * @throws IllegalArgumentException if name or password cannot be one, with what was expected
     */
    public void put(String userName, String password, Set<Mechanism> mechanisms)
            throws BadFileException, IOException {
        requireName(userName);
        String prepared = SaslPrep.prepare(password);
        if (prepared == null) {
            throw new IllegalArgumentException("the password is empty, or has control characters or others"
                    + " that SASLprep prohibits; expected one without");
        }
        List<String> lines = new ArrayList<>(Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? lines()
                : List.of());
        lines.removeIf(line -> line.startsWith(userName + ":"));
        SecureRandom random = new SecureRandom();
        for (Mechanism mechanism : mechanisms) {
            byte[] salt = new byte[Credential.SALT_BYTES];
            random.nextBytes(salt);
            lines.add(userName + ":" + Credential.of(mechanism, prepared, salt,
                    Credential.ITERATIONS));
        }
        if (mechanisms.isEmpty()) {
            byte[] salt = new byte[Credential.SALT_BYTES];
            random.nextBytes(salt);
            lines.add(userName + ":" + PasswordHash.Argon2id.of(prepared, salt));
        }
        replace(String.join("\n", lines) + "\n");
    }

    private void replace(String text) throws IOException {
        Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        Path fresh = Files.createTempFile(target.getParent(), ".users", ".new", ownerOnly(target));
        try {
            try (FileChannel file = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(true);
            }
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path target) throws IOException {
        boolean posix = Files.getFileStore(target.getParent())
                .supportsFileAttributeView(PosixFileAttributeView.class);
        return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }
}
