package io.holdfast.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.OverflowPolicy;
import io.holdfast.broker.Setting;
import io.holdfast.netty.Layer;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.Mechanism;
import io.holdfast.security.SecuritySettings;
import io.holdfast.security.UsersFile;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagsTest {
    @Test
    void withoutFlagsItListensOnLoopbackAndStoresInTheFolderDataOfTheCaller() throws BadConfigException {
        Config options = read(List.of());
        assertEquals(List.of(ListenerOptions.tcp("--bind 127.0.0.1 --port 1883",
                new InetSocketAddress("127.0.0.1", 1883))), options.listeners());
        assertEquals(Path.of("data").toAbsolutePath(), options.data());
        assertEquals(SecuritySettings.DEFAULT, options.security().settings());
    }

    @Test
    void aValueFollowsItsKeyOrAnEqualsSign() throws BadConfigException {
        Config options =
                read(List.of("--port", "0", "--data=/tmp/some where/./else", "--bind", "::1"));
        assertEquals(new InetSocketAddress("::1", 0), options.listeners().getFirst().address());
        assertEquals(Path.of("/tmp/some where/else"), options.data());
    }

    @Test
    void ofAKeyGivenTwiceTheLastValueCounts() throws BadConfigException {
        Config options = read(List.of("--port", "1", "--port=2"));
        assertEquals(new InetSocketAddress("127.0.0.1", 2), options.listeners().getFirst().address());
    }

    @Test
    void eachListenIsAListenerAndThereIsNoOther() throws BadConfigException {
        Config options =
                read(List.of("--listen", "mqtt://127.0.0.1:1884", "--listen=ws://[::1]:8080/mqtt"));
        assertEquals(List.of(
                ListenerOptions.tcp("--listen mqtt://127.0.0.1:1884",
                        new InetSocketAddress("127.0.0.1", 1884)),
                new ListenerOptions("--listen ws://[::1]:8080/mqtt", new InetSocketAddress("::1", 8080),
                        List.of(new Layer.WebSocket("/mqtt")))),
                options.listeners());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --port -1         | --port is -1; expected a whole number from 0 to 65535
            --port 65536      | --port is 65536; expected a whole number from 0 to 65535
            --port mqtt       | --port is mqtt; expected a whole number from 0 to 65535
            --port            | --port has no value; expected one after it
            --data=           | --data has no value; expected one after it
            --users=          | --users has no value; expected one after it
            --bind 0.0.0.0    | --bind 0.0.0.0 --port 1883: other machines may reach 0.0.0.0, and without
            --bind 192.0.2.7  | --bind 192.0.2.7 --port 1883: other machines may reach 192.0.2.7, and without
            --bind ::         | --bind :: --port 1883: other machines may reach 0:0:0:0:0:0:0:0, and without
            --listen ws://0.0.0.0:80/mqtt | --listen ws://0.0.0.0:80/mqtt: other machines may reach 0.0.0.0
            --bind no.invalid | --bind no.invalid --port 1883: the host is no.invalid, which is neither an IP
            --listen          | --listen has no value; expected one after it
            --port 1883 --listen mqtt://[::1]:1    | --port is 1883, and there is --listen, which names
            --listen mqtt://[::1]:1 --bind ::1     | --bind is ::1, and there is --listen, which names
            --prot 1883       | the flag --prot is unknown; expected one that `holdfast start --help` prints;
            --set overflow=never                   | --set: overflow is never; expected reject, drop-oldest,
            --set queue=1                          | --set is queue=1; expected NAME=VALUE with a name
            --set overflow                         | --set is overflow; expected NAME=VALUE
            --admin-listen x  | --admin-listen is x; expected PORT, of the loopback interface, or
            --admin-listen :9464                   | --admin-listen is :9464; expected PORT, of the
            --admin-listen ::1                     | --admin-listen is ::1; expected PORT, of the
            --admin-listen [::1]:65536             | --admin-listen is [::1]:65536; expected PORT, of the
            --log-format xml  | --log-format is xml; expected text or json
            1883              | the flag 1883 is unknown; expected one that `holdfast start --help` prints
            --listeners x     | --listeners is x; expected --listen URL, once for each listener
            --log-levels x    | --log-levels is x; expected NAME=LEVEL, several separated by commas, and of
            """)
    void aBadValueIsRefusedWithKeyAndValueAndWhatWasExpected(String flags, String message) {
        List<String> arguments = List.of(flags.split(" "));
        String refusal = assertThrows(BadConfigException.class, () -> read(arguments)).getMessage();
        assertTrue(refusal.startsWith(message), refusal);
        assertTrue(refusal.contains("expected"), refusal);
    }

    private static Config read(List<String> flags) throws BadConfigException {
        return new ConfigReader(flags, Map.of(), Path.of("/does/not/exist")).read();
    }

    @Test
    void settingsHaveValuesOtherThanTheirDefaults() throws BadConfigException {
        Config options = read(List.of("--set", "overflow=drop-oldest", "--set",
                "queued-messages-max=7", "--server-reference", "spare.example"));
        assertEquals(OverflowPolicy.DROP_OLDEST, options.settings().overflow());
        assertEquals(7, options.settings().get(Setting.QUEUED_MESSAGES_MAX));
        assertEquals("spare.example", options.settings().serverReference());
    }

    @Test
    void theAdminEndpointIsOffUnlessAskedForAndOnLoopbackUnlessToldOtherwise() throws BadConfigException {
        assertNull(read(List.of()).admin());
        assertTrue(read(List.of("--admin-listen", "9464")).admin().getAddress().isLoopbackAddress());
        assertEquals(new InetSocketAddress("0.0.0.0", 9464),
                read(List.of("--admin-listen", "0.0.0.0:9464")).admin());
        assertEquals(new InetSocketAddress("::1", 0), read(List.of("--admin-listen=[::1]:0")).admin());
    }

    @Test
    void withUsersItMayListenWhereOtherMachinesReachIt(@TempDir Path folder) throws Exception {
        Path users = folder.resolve("users");
        new UsersFile(users).put("ada", "secret", EnumSet.allOf(Mechanism.class));
        Config options = read(List.of("--listen", "mqtt://0.0.0.0:1883", "--users", users.toString()));
        assertEquals(new InetSocketAddress("0.0.0.0", 1883), options.listeners().getFirst().address());
        assertEquals(users, options.security().settings().users());
        assertEquals(1, options.security().users().count());
    }

    @Test
    void everyKeyIsAFlag() throws BadConfigException {
        Config options = read(List.of("--limits-queued-messages-max", "7", "--log-level=debug",
                "--log-levels", "io.netty=off,io.holdfast=warn", "--set", "log.level=warn"));
        assertEquals(7, options.settings().get(Setting.QUEUED_MESSAGES_MAX));
        assertEquals(Map.of("", "warn", "io.netty", "off", "io.holdfast", "warn"), options.logLevels());
    }

    @Test
    void aPathThatTheFileSystemCannotNameIsRefused() {
        String refusal = assertThrows(BadConfigException.class,
                () -> read(List.of("--data", "a\0b"))).getMessage();
        assertTrue(refusal.contains("; expected a path of this file system"), refusal);
    }
}
