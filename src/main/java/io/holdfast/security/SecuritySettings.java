package io.holdfast.security;

import java.nio.file.Path;

/**
 * What the operator decides about who may enter, and what they may do there. Clients are looked at in this
 * order: certificate, token, file of users, service over HTTP; each that does not know a client leaves it to
 * the next one.
 *
 * @param users the file of users; null for none
 * @param jwt which tokens are good in place of a password; null for none
 * @param http the service that is asked; null for none
 * @param acl the file of access rules; null for none, and then everything is permitted to whoever has entered
 * @param anonymous whether clients may enter that name no user, though there are users, or though other
 *     machines may reach the broker
 * @param bans the file of those who may not; null for none
 * @param clientIds which Client Identifiers a client may have
 * @param rememberedSeconds how long a right password, or a good answer of the service, is remembered; 0 for
 *     not at all
 * @param certificates whether certificates name users on one of the listeners
 */
public record SecuritySettings(Path users, JwtSettings jwt, HttpSettings http, Path acl, boolean anonymous,
        Path bans, ClientIds clientIds, DoorSettings door, int rememberedSeconds, boolean certificates) {
    /** Everybody may enter who can reach the broker, and do everything. */
    public static final SecuritySettings DEFAULT =
            new SecuritySettings(null, null, null, null, false, null, ClientIds.ANY, DoorSettings.DEFAULT, 60,
                    false);

    /** Whether there is a way to show who one is. */
    public boolean authenticates() {
        return certificates || users != null || jwt != null || http != null;
    }

    /**
     * Whether CONNECT is looked at here, if only to refuse those who are banned, connect too often, or have
     * another Client Identifier than they may.
     */
    public boolean looks() {
        return authenticates() || bans != null || clientIds != ClientIds.ANY
                || !door.equals(DoorSettings.DEFAULT);
    }
}
