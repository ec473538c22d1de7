package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.OverflowPolicy;
import io.holdfast.broker.Setting;
import io.holdfast.netty.Layer;
import io.holdfast.netty.ListenerOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @Test
    void withoutFlagsItListensOnLoopbackAndStoresInTheFolderDataOfTheCaller() {
        Options options = Options.parse(List.of());
        assertEquals(List.of(ListenerOptions.tcp("--bind 127.0.0.1 --port 1883",
                new InetSocketAddress("127.0.0.1", 1883))), options.listeners());
        assertEquals(Path.of("data").toAbsolutePath(), options.data());
    }

    @Test
    void aValueFollowsItsKeyOrAnEqualsSign() {
        Options options =
                Options.parse(List.of("--port", "0", "--data=/tmp/some where/./else", "--bind", "::1"));
        assertEquals(new InetSocketAddress("::1", 0), options.listeners().getFirst().address());
        assertEquals(Path.of("/tmp/some where/else"), options.data());
    }

    @Test
    void ofAKeyGivenTwiceTheLastValueCounts() {
        Options options = Options.parse(List.of("--port", "1", "--port=2"));
        assertEquals(new InetSocketAddress("127.0.0.1", 2), options.listeners().getFirst().address());
    }

    @Test
    void eachListenIsAListenerAndThereIsNoOther() {
        Options options =
                Options.parse(List.of("--listen", "mqtt://127.0.0.1:1884", "--listen=ws://[::1]:8080/mqtt"));
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
            --bind no.invalid | --bind is no.invalid, which is neither an IP address nor a known host
            --listen          | --listen has no value; expected one after it
            --port 1883 --listen mqtt://[::1]:1    | --port is 1883, and there is --listen, which names
            --listen mqtt://[::1]:1 --bind ::1     | --bind is ::1, and there is --listen, which names
            --prot 1883       | unknown option --prot; expected --bind, --port, --listen, --users, --data
            --set overflow=never                   | --set: overflow is never; expected reject, drop-oldest,
            --set queue=1                          | --set is queue=1; expected NAME=VALUE with a name
            --set overflow                         | --set is overflow; expected NAME=VALUE
            --admin x         | --admin is x; expected PORT, of the loopback interface, or ADDRESS:PORT
            --admin :9464     | --admin is :9464; expected PORT, of the loopback interface, or
            --admin ::1       | --admin is ::1; expected PORT, of the loopback interface, or
            --admin 127.0.0.1:65536                | --admin is 127.0.0.1:65536; expected PORT, of the
            --log-format xml  | --log-format is xml; expected text or json
            1883              | unknown option 1883; expected --bind, --port, --listen, --users, --data
            """)
    void aBadValueIsRefusedWithKeyAndValueAndWhatWasExpected(String flags, String message) {
        List<String> arguments = List.of(flags.split(" "));
        String refusal =
                assertThrows(Options.BadOptionException.class, () -> Options.parse(arguments)).getMessage();
        assertTrue(refusal.startsWith(message), refusal);
        assertTrue(refusal.contains("expected"), refusal);
    }

    @Test
    void settingsHaveValuesOtherThanTheirDefaults() {
        Options options = Options.parse(List.of("--set", "overflow=drop-oldest", "--set",
                "queued-messages-max=7", "--server-reference", "spare.example"));
        assertEquals(OverflowPolicy.DROP_OLDEST, options.settings().overflow());
        assertEquals(7, options.settings().get(Setting.QUEUED_MESSAGES_MAX));
        assertEquals("spare.example", options.settings().serverReference());
        assertTrue(Options.settingsHelp().contains("queued-messages-max=1000000"), Options::settingsHelp);
    }

    @Test
    void theAdminEndpointIsOffUnlessAskedForAndOnLoopbackUnlessToldOtherwise() {
        assertNull(Options.parse(List.of()).admin());
        assertTrue(Options.parse(List.of("--admin", "9464")).admin().getAddress().isLoopbackAddress());
        assertEquals(new InetSocketAddress("0.0.0.0", 9464),
                Options.parse(List.of("--admin", "0.0.0.0:9464")).admin());
        assertEquals(new InetSocketAddress("::1", 0), Options.parse(List.of("--admin=[::1]:0")).admin());
    }

    @Test
    void withUsersItMayListenWhereOtherMachinesReachIt() {
        Options options = Options.parse(List.of("--listen", "mqtt://0.0.0.0:1883", "--users", "/etc/users"));
        assertEquals(new InetSocketAddress("0.0.0.0", 1883), options.listeners().getFirst().address());
        assertEquals(Path.of("/etc/users"), options.users());
    }

    @Test
    void aPathThatTheFileSystemCannotNameIsRefused() {
        String refusal = assertThrows(Options.BadOptionException.class,
                () -> Options.parse(List.of("--data", "a\0b"))).getMessage();
        assertTrue(refusal.contains("; expected a path of this file system"), refusal);
    }
}
