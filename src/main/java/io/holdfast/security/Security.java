package io.holdfast.security;

import io.holdfast.access.AccessRules;

/**
 * What the {@link SecuritySettings} come to once the files that they name have been read: a value, which a
 * running broker can exchange for another one.
 *
 * @param rules what clients may do, unless it is known otherwise
 */
public record Security(SecuritySettings settings, Users users, AccessRules rules) {
    /** That of {@link SecuritySettings#DEFAULT}. */
    public static final Security NONE =
            new Security(SecuritySettings.DEFAULT, Users.NONE, AccessRules.NONE);

    /** Reads the files. */
    public static Security read(SecuritySettings settings) throws BadFileException {
        return new Security(settings,
                settings.users() == null ? Users.NONE : new UsersFile(settings.users()).read(),
                settings.acl() == null ? AccessRules.NONE : AclFile.read(settings.acl()));
    }
}
