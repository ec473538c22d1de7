package io.holdfast.security;

import io.holdfast.access.Banned;
import io.holdfast.broker.Authentication.Begin;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Whom the operator does not let in, whatever they show. The file has a line for each, in UTF-8:
 *
 * <pre>
 * # a comment
 * client CLIENT-IDENTIFIER
 * user NAME
 * address 192.0.2.7, or a block of them, 192.0.2.0/24 or 2001:db8::/32
 * </pre>
 */
public final class Bans {
    /** Nobody. */
    public static final Bans NONE = new Bans();

    private static final String EXPECTED = "client CLIENT-IDENTIFIER, user NAME, address ADDRESS or address"
            + " ADDRESS/BITS, or a comment that begins with #";

    private final Banned named = new Banned(new HashSet<>(), new HashSet<>());
    private final List<Block> blocks = new ArrayList<>();

    /** The addresses that begin with the same bits. */
    private record Block(byte[] address, int bits) {
        private boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> i % 8;
                if ((address[i / 8] & mask) != (other[i / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private Bans() {}

    /** Reads the file. */
    public static Bans read(Path path) throws BadFileException {
        Bans bans = new Bans();
        List<String> lines = UsersFile.lines(path, "a text file of bans");
        for (int i = 0; i < lines.size(); i++) {
            try {
                bans.add(lines.get(i).strip());
            } catch (IllegalArgumentException e) {
                throw new BadFileException(path + ", line " + (i + 1) + ": " + e.getMessage());
            }
        }
        return bans;
    }

    private void add(String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        String[] words = line.split("\\s+", 2);
        if (words.length == 1) {
            throw new IllegalArgumentException("it is " + line + "; expected " + EXPECTED);
        }
        switch (words[0]) {
            case "client" -> named.clientIds().add(words[1]);
            case "user" -> named.userNames().add(words[1]);
            case "address" -> blocks.add(block(words[1]));
            default -> throw new IllegalArgumentException("it begins with " + words[0] + "; expected "
                    + EXPECTED);
        }
    }

    private static Block block(String text) {
        String[] parts = text.split("/", 2);
        try {
            byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
            int bits = parts.length == 1 ? address.length * Byte.SIZE : Integer.parseInt(parts[1]);
            if (bits >= 0 && bits <= address.length * Byte.SIZE) {
                return new Block(address, bits);
            }
        } catch (IllegalArgumentException _) {
            // Told below, like too many bits.
        }
        throw new IllegalArgumentException("the address is " + text + "; expected one such as 192.0.2.7,"
                + " 192.0.2.0/24 or 2001:db8::/32");
    }

    /** The clients and users that are not let in, wherever they come from. */
    public Banned named() {
        return named;
    }

    boolean contain(Begin begin) {
        if (named.contains(begin.clientId(), begin.userName())) {
            return true;
        }
        if (blocks.isEmpty() || begin.origin().address() == null) {
            return false;
        }
        String literal = begin.origin().address();
        int scope = literal.indexOf('%');
        byte[] address =
                InetAddress.ofLiteral(scope < 0 ? literal : literal.substring(0, scope)).getAddress();
        return blocks.stream().anyMatch(block -> block.contains(address));
    }
}
