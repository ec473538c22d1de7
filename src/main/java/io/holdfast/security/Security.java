package io.holdfast.security;

import io.holdfast.access.AccessRules;
import java.util.ArrayList;
import java.util.List;

/**
 * What the {@link SecuritySettings} come to once the files that they name have been read, which a running
 * broker can exchange for another one.
 */
public final class Security {
    private final SecuritySettings settings;
    private final Users users;
    private final AccessRules rules;
    private final Bans bans;
    private final JwtCheck jwt;
    private final Extensions extensions;
    private List<Check> checks;

    /**
     * @param users who is in the file; {@link Users#NONE} if there is none
     * @throws BadFileException if the keys of tokens cannot be read
     */
    public Security(SecuritySettings settings, Users users, AccessRules rules, Bans bans,
            Extensions extensions) throws BadFileException {
        this.settings = settings;
        this.extensions = extensions;
        this.users = users;
        this.rules = rules;
        this.bans = bans;
        jwt = settings.jwt() == null ? null : new JwtCheck(settings.jwt());
    }

    private Security(Security other, Extensions extensions) {
        settings = other.settings;
        users = other.users;
        rules = other.rules;
        bans = other.bans;
        jwt = other.jwt;
        this.extensions = extensions;
    }

    /** The same, with extensions. */
    public Security with(Extensions others) {
        return new Security(this, others);
    }

    /** That of {@link SecuritySettings#DEFAULT}: everybody may enter. */
    public static Security none() {
        try {
            return read(SecuritySettings.DEFAULT, Extensions.NONE);
        } catch (BadFileException e) {
            throw new IllegalStateException("there is no file to be bad", e);
        }
    }

    /** Reads the files. */
    public static Security read(SecuritySettings settings, Extensions extensions) throws BadFileException {
        return new Security(settings,
                settings.users() == null ? Users.NONE : new UsersFile(settings.users()).read(),
                settings.acl() == null ? AccessRules.NONE : AclFile.read(settings.acl()),
                settings.bans() == null ? Bans.NONE : Bans.read(settings.bans()), extensions);
    }

    private List<Check> inOrder() {
        List<Check> inOrder = new ArrayList<>(List.of(new CertificateCheck()));
        if (jwt != null) {
            inOrder.add(jwt);
        }
        if (settings.users() != null) {
            inOrder.add(remembered(new PasswordCheck(users,
                    settings.http() == null && extensions.authenticators().isEmpty())));
        }
        if (settings.http() != null) {
            inOrder.add(remembered(new HttpCheck(settings.http())));
        }
        inOrder.addAll(extensions.checks());
        return List.copyOf(inOrder);
    }

    private Check remembered(Check check) {
        return settings.rememberedSeconds() == 0 ? check
                : new Remembered(check, settings.rememberedSeconds(), System::nanoTime);
    }

    /** Whether there is a way to show who one is. */
    public boolean authenticates() {
        return settings.authenticates() || !extensions.authenticators().isEmpty();
    }

    /** Whether each CONNECT is looked at, if only to refuse some, or to find out what clients may do. */
    public boolean looks() {
        return authenticates() || settings.looks() || !extensions.authorizers().isEmpty();
    }

    Extensions extensions() {
        return extensions;
    }

    public SecuritySettings settings() {
        return settings;
    }

    public Users users() {
        return users;
    }

    /** What clients may do, unless it is known otherwise. */
    public AccessRules rules() {
        return rules;
    }

    public Bans bans() {
        return bans;
    }

    /** Has everything made that is needed to look at clients, which takes threads. */
    public void prepare() {
        checks();
    }

    /** The ways to find out who a client is, in their order. */
    synchronized List<Check> checks() {
        if (checks == null) {
            checks = inOrder();
        }
        return checks;
    }

    /** For the Authentication Method of that name; null if tokens are not taken. */
    JwtCheck jwt() {
        return jwt;
    }

    /** Gives back what it holds; nobody is judged by it any more. */
    synchronized void close() {
        if (checks != null) {
            checks.forEach(Check::close);
        }
    }
}
