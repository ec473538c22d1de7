package io.holdfast.security;

import io.holdfast.access.AccessRules;
import io.holdfast.access.Rule;
import io.holdfast.access.Rule.Right;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The file that says which topics clients may publish to and read, in Mosquitto's syntax, in UTF-8:
 *
 * <pre>
 * # a comment
 * topic [read|write|readwrite|deny] FILTER      before any user: for clients that are nobody in particular
 * user NAME
 * topic [read|write|readwrite|deny] FILTER      for that user
 * pattern [read|write|readwrite|deny] FILTER    for everybody; %c is the Client Identifier, %u the user name
 * </pre>
 *
 * <p>Without a word for what it permits, a line permits both. What no line permits is denied.
 */
public final class AclFile {
    private static final String EXPECTED = "user NAME, topic [read|write|readwrite|deny] FILTER, pattern"
            + " [read|write|readwrite|deny] FILTER, or a comment that begins with #";

    private final Path path;
    private final List<Rule> ofNobody = new ArrayList<>();
    private final Map<String, List<Rule>> ofUsers = new HashMap<>();
    private final List<Rule> patterns = new ArrayList<>();
    private List<Rule> section = ofNobody;

    private AclFile(Path path) {
        this.path = path;
    }

    /** Reads the rules; where the file has none, nothing is permitted to anybody. */
    public static AccessRules read(Path path) throws BadFileException {
        return new AclFile(path).read();
    }

    private AccessRules read() throws BadFileException {
        List<String> lines = UsersFile.lines(path, "a text file of access rules");
        for (int i = 0; i < lines.size(); i++) {
            try {
                line(lines.get(i).strip());
            } catch (IllegalArgumentException e) {
                throw new BadFileException(path + ", line " + (i + 1) + ": " + e.getMessage());
            }
        }
        return AccessRules.of(ofNobody, ofUsers, patterns);
    }

    private void line(String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        String[] words = line.split("\\s+", 2);
        String rest = words.length == 1 ? "" : words[1];
        switch (words[0]) {
            case "user" -> {
                if (rest.isEmpty()) {
                    throw new IllegalArgumentException("there is no name after user; expected " + EXPECTED);
                }
                section = ofUsers.computeIfAbsent(rest, _ -> new ArrayList<>());
            }
            case "topic" -> section.add(rule(rest));
            case "pattern" -> patterns.add(rule(rest));
            default -> throw new IllegalArgumentException("it begins with " + words[0] + "; expected "
                    + EXPECTED);
        }
    }

    private static Rule rule(String rest) {
        String[] words = rest.split("\\s+", 2);
        if (words.length == 1) {
            return new Rule(Right.READWRITE, rest);
        }
        for (Right right : Right.values()) {
            if (words[0].equals(right.name().toLowerCase(Locale.ROOT))) {
                return new Rule(right, words[1]);
            }
        }
        throw new IllegalArgumentException("what is permitted is " + words[0] + "; expected read, write,"
                + " readwrite or deny, and then the Topic Filter");
    }
}
