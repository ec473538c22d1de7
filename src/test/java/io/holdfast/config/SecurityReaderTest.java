package io.holdfast.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Sync;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.ClientIds;
import io.holdfast.security.DoorSettings;
import io.holdfast.security.SecuritySettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may enter, and what they may do, is configured like everything else. */
class SecurityReaderTest {
    private static final String RULES = "user ada\ntopic #\n";

    @TempDir
    private Path folder;

    private Config read(String yaml, Map<String, String> variables, String... flags) throws Exception {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), yaml);
        return new ConfigReader(List.of(flags), variables, file).read();
    }

    private Config read(String yaml, String... flags) throws Exception {
        return read(yaml, Map.of(), flags);
    }

    private List<String> changes(String running, String wanted) throws Exception {
        return ConfigChanges.of(read(running), read(wanted)).lines();
    }

    @Test
    void allOfItIsReadFromAFileAndPathsBeginAtItsFolder() throws Exception {
        Files.writeString(folder.resolve("acl"), RULES);
        Files.writeString(folder.resolve("bans"), "client c\n");
        Files.writeString(folder.resolve("keys"), "{\"keys\": []}");
        SecuritySettings settings = read("""
                acl: acl
                bans: bans
                client-id: user-prefix
                allow-anonymous: true
                remembered-seconds: 0
                user-failures-max: 1
                address-failures-max: 2
                client-connects-max: 3
                listener-connects-per-second-max: 4
                window-seconds: 5
                ban-seconds: 6
                jwt: {keys: keys, issuer: i, audience: a, user-claim: u, access-claim: c}
                auth: {url: https://auth.example/mqtt, millis-max: 7}
                """).security().settings();
        assertEquals(folder.resolve("acl"), settings.acl());
        assertEquals(folder.resolve("bans"), settings.bans());
        assertEquals(ClientIds.USER_PREFIX, settings.clientIds());
        assertTrue(settings.anonymous());
        assertEquals(0, settings.rememberedSeconds());
        assertEquals(new DoorSettings(1, 2, 3, 4, 5, 6), settings.door());
        assertEquals(folder.resolve("keys").toString(), settings.jwt().keys());
        assertEquals(List.of("i", "a", "u", "c"), List.of(settings.jwt().issuer(), settings.jwt().audience(),
                settings.jwt().userClaim(), settings.jwt().accessClaim()));
        assertEquals("https://auth.example/mqtt", settings.http().url().toString());
        assertEquals(7, settings.http().millisMax());
    }

    @Test
    void aFlagOverridesAVariableWhichOverridesTheFile() throws Exception {
        String yaml = "user-failures-max: 1\naddress-failures-max: 1\nban-seconds: 1\n";
        Map<String, String> variables =
                Map.of("HOLDFAST_ADDRESS_FAILURES_MAX", "2", "HOLDFAST_BAN_SECONDS", "2");
        DoorSettings door = read(yaml, variables, "--ban-seconds", "3").security().settings().door();
        assertEquals(List.of(1, 2, 3),
                List.of(door.userFailuresMax(), door.addressFailuresMax(), door.banSeconds()));
    }

    @Test
    void withoutUsersOtherMachinesAreListenedToIfTheOperatorSaysSo() throws Exception {
        assertThrows(BadConfigException.class, () -> read("listeners: ['mqtt://0.0.0.0:1']\n"));
        Config config = read("listeners: ['mqtt://0.0.0.0:1']\nallow-anonymous: true\n");
        assertTrue(config.listeners().getFirst().isForOtherMachines());
        Config extended = read("listeners: ['mqtt://0.0.0.0:1']\nextensions: jars\n");
        assertThrows(BadConfigException.class, () -> extended.requireGuarded(extended.security()));
    }

    @Test
    void whatIsASecretInAUrlIsNotShown() throws Exception {
        String shown = EffectiveFile.text(read("""
                jwt: {keys: "https://me:pass@keys.example/set?token=t0k3n"}
                auth: {url: "https://me:pass@auth.example/mqtt?key=k3y"}
                """));
        assertTrue(shown.contains("***@auth.example/mqtt?***"), shown);
        assertTrue(shown.contains("***@keys.example/set?***"), shown);
        for (String secret : List.of("pass", "t0k3n", "k3y")) {
            assertFalse(shown.contains(secret), shown);
        }
    }

    @Test
    void whatAnAcknowledgementMeansIsSaidByListener() throws Exception {
        assertEquals(List.of(Sync.COMMIT, Sync.INTERVAL, Sync.OS), read("""
                listeners:
                  - mqtt://127.0.0.1:1
                  - mqtt://127.0.0.1:2?sync=interval
                  - url: unix:socket
                    sync: os
                """).listeners().stream().map(ListenerOptions::sync).toList());
    }

    @Test
    void aReloadTakesRulesBansAndLimitsAndSaysWhatItCannotTake() throws Exception {
        Files.writeString(folder.resolve("acl"), RULES);
        Files.writeString(folder.resolve("bans"), "user eve\n");
        String service = "auth: {url: https://auth.example/mqtt}\n";
        assertEquals(List.of("acl: the rules of " + folder.resolve("acl") + " count",
                        "bans: those of " + folder.resolve("bans") + " may not enter",
                        "client-id: as configured now",
                        "remembered-seconds: as configured now",
                        "who is kept out for a while: as configured now"),
                changes(service, service + "acl: acl\nbans: bans\nclient-id: user\nremembered-seconds: 1\n"
                        + "ban-seconds: 1\n"));
        assertEquals(List.of("acl: as configured now"), changes(service + "acl: acl\n", service));
        assertEquals(List.of("nothing has changed"), changes(service, service));
        assertEquals(List.of("users: clients shall not have to show who they are, or be looked at otherwise"
                + " than until now; the broker has to be restarted for that"), changes(service, ""));
        assertEquals(List.of("extensions is " + folder.resolve("jars")
                + "; the broker has to be restarted for that"), changes("", "extensions: jars\n"));
    }
}
