package io.holdfast.config;

import io.holdfast.access.AccessRules;
import io.holdfast.security.AclFile;
import io.holdfast.security.BadFileException;
import io.holdfast.security.Bans;
import io.holdfast.security.ClientIds;
import io.holdfast.security.DoorSettings;
import io.holdfast.security.Extensions;
import io.holdfast.security.HttpSettings;
import io.holdfast.security.JwtSettings;
import io.holdfast.security.Security;
import io.holdfast.security.SecuritySettings;
import io.holdfast.security.Users;
import io.holdfast.security.UsersFile;
import java.net.URI;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes of what was given for the {@link SecurityKeys} who may enter, and what they may do. */
record SecurityReader(Given given, Mistakes mistakes) {
    private static final Logger LOG = LoggerFactory.getLogger(SecurityReader.class);

    /** How a file becomes what is in it. */
    private interface Reading<T> {
        T read(Path file) throws BadFileException;
    }

    /** Reads the files that the settings name. */
    Security read(SecuritySettings settings) {
        Users users = read(SecurityKeys.USERS, SecurityReader::users, Users.NONE);
        AccessRules rules = read(SecurityKeys.ACL, AclFile::read, AccessRules.NONE);
        Bans bans = read(SecurityKeys.BANS, Bans::read, Bans.NONE);
        try {
            return new Security(settings, users, rules, bans, Extensions.NONE);
        } catch (BadFileException e) {
            mistakes.add(given.value(SecurityKeys.JWT_KEYS).origin(), ": " + e.getMessage());
            return Security.none();
        }
    }

    private <T> T read(Key key, Reading<T> reading, T otherwise) {
        Path file = given.path(key, mistakes);
        try {
            return file == null ? otherwise : reading.read(file);
        } catch (BadFileException e) {
            mistakes.add(given.value(key).origin(), ": " + e.getMessage());
            return otherwise;
        }
    }

    private static Users users(Path path) throws BadFileException {
        UsersFile file = new UsersFile(path);
        Users users = file.read();
        if (file.isReadableByOthers()) {
            LOG.warn("every user of this machine may read {}; `chmod 600` it", path);
        }
        return users;
    }

    /** @param certificates whether they name users on one of the listeners */
    SecuritySettings settings(boolean certificates) {
        boolean anonymous = Boolean.parseBoolean(text(SecurityKeys.ALLOW_ANONYMOUS));
        return new SecuritySettings(given.path(SecurityKeys.USERS, mistakes), jwt(), http(),
                given.path(SecurityKeys.ACL, mistakes), anonymous, given.path(SecurityKeys.BANS, mistakes),
                ClientIds.of(text(SecurityKeys.CLIENT_ID)), door(), integer(SecurityKeys.REMEMBERED_SECONDS),
                certificates);
    }

    private DoorSettings door() {
        return new DoorSettings(integer(SecurityKeys.USER_FAILURES_MAX),
                integer(SecurityKeys.ADDRESS_FAILURES_MAX), integer(SecurityKeys.CLIENT_CONNECTS_MAX),
                integer(SecurityKeys.LISTENER_CONNECTS_PER_SECOND_MAX), integer(SecurityKeys.WINDOW_SECONDS),
                integer(SecurityKeys.BAN_SECONDS));
    }

    private JwtSettings jwt() {
        String keys = text(SecurityKeys.JWT_KEYS);
        if (keys == null) {
            return null;
        }
        if (!Shape.Url.isOne(keys)) {
            keys = String.valueOf(given.path(SecurityKeys.JWT_KEYS, mistakes));
        }
        return JwtSettings.of(keys).withIssuer(text(SecurityKeys.JWT_ISSUER))
                .withAudience(text(SecurityKeys.JWT_AUDIENCE))
                .withUserClaim(text(SecurityKeys.JWT_USER_CLAIM))
                .withAccessClaim(text(SecurityKeys.JWT_ACCESS_CLAIM));
    }

    private HttpSettings http() {
        String url = text(SecurityKeys.AUTH_URL);
        return url == null ? null
                : new HttpSettings(URI.create(url), integer(SecurityKeys.AUTH_MILLIS_MAX));
    }

    private String text(Key key) {
        Given.Value value = given.value(key);
        return value == null ? null : value.text();
    }

    private int integer(Key key) {
        return Integer.parseInt(text(key));
    }
}
