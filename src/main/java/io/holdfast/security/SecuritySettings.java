package io.holdfast.security;

import java.nio.file.Path;

/**
 * What the operator decides about who may enter, and what they may do there.
 *
 * @param users the file of users; null for none
 * @param acl the file of access rules; null for none, and then everything is permitted to whoever has entered
 * @param anonymous whether clients may enter that name no user, though there are users, or though other
 *     machines may reach the broker
 */
public record SecuritySettings(Path users, Path acl, boolean anonymous) {
    /** Everybody may enter who can reach the broker, and do everything. */
    public static final SecuritySettings DEFAULT = new SecuritySettings(null, null, false);

    public SecuritySettings withUsers(Path file) {
        return new SecuritySettings(file, acl, anonymous);
    }

    public SecuritySettings withAcl(Path file) {
        return new SecuritySettings(users, file, anonymous);
    }

    public SecuritySettings withAnonymous(boolean mayEnter) {
        return new SecuritySettings(users, acl, mayEnter);
    }

    /** Whether it is found out who clients are. */
    public boolean authenticates() {
        return users != null;
    }
}
