package io.holdfast.security;

import java.nio.file.Path;

/** The defaults, but for what a test says. */
public final class SecuritySettingsBuilder {
    private Path users;
    private JwtSettings jwt;
    private HttpSettings http;
    private Path acl;
    private boolean anonymous;
    private Path bans;
    private ClientIds clientIds = ClientIds.ANY;
    private DoorSettings door = DoorSettings.DEFAULT;
    private int rememberedSeconds = SecuritySettings.DEFAULT.rememberedSeconds();
    private boolean certificates;

    public SecuritySettings build() {
        return new SecuritySettings(users, jwt, http, acl, anonymous, bans, clientIds, door,
                rememberedSeconds, certificates);
    }

    public SecuritySettingsBuilder users(Path file) {
        users = file;
        return this;
    }

    public SecuritySettingsBuilder acl(Path file) {
        acl = file;
        return this;
    }

    SecuritySettingsBuilder jwt(JwtSettings tokens) {
        jwt = tokens;
        return this;
    }

    SecuritySettingsBuilder http(HttpSettings service) {
        http = service;
        return this;
    }

    SecuritySettingsBuilder anonymous(boolean mayEnter) {
        anonymous = mayEnter;
        return this;
    }

    SecuritySettingsBuilder bans(Path file) {
        bans = file;
        return this;
    }

    public SecuritySettingsBuilder clientIds(ClientIds permitted) {
        clientIds = permitted;
        return this;
    }

    SecuritySettingsBuilder door(DoorSettings limits) {
        door = limits;
        return this;
    }

    SecuritySettingsBuilder rememberedSeconds(int seconds) {
        rememberedSeconds = seconds;
        return this;
    }

    SecuritySettingsBuilder certificates(boolean nameUsers) {
        certificates = nameUsers;
        return this;
    }
}
