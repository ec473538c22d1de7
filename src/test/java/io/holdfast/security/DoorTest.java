package io.holdfast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Origin;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.config.Shows;
import io.holdfast.mqtt.ReasonCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorTest {
    private static final DoorSettings LIMITS = new DoorSettings(3, 5, 4, 0, 60, 30);

    @TempDir
    private Path folder;
    private long nanos = 7;
    private final Door door = new Door(() -> nanos);

    private static Begin begin(String clientId, String userName, String address) {
        return new Begin(clientId, null, null, userName, new byte[0], new Origin(address, "it", null));
    }

    private ReasonCode asked(Begin begin, DoorSettings settings) {
        Refused refusal = door.refusal(begin, Bans.NONE, settings);
        return refusal == null ? ReasonCode.SUCCESS : refusal.reason();
    }

    private void pass(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void whoGuessesAtAUserHasToWaitAndOtherUsersHaveNot() {
        DoorSettings limits = LIMITS.withClientConnectsMax(0);
        for (int i = 0; i <= 3; i++) {
            Begin guess = begin("meter", "ada", "192.0.2." + i);
            assertEquals(ReasonCode.SUCCESS, asked(guess, limits), "guess " + i);
            door.failed(guess, "ada", limits);
        }
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, asked(begin("x", "ada", "192.0.2.9"), limits));
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, asked(begin("x", "\uFF41da", "192.0.2.9"), limits));
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, door.refusal("ada", Bans.NONE).reason());
        assertEquals(ReasonCode.SUCCESS, asked(begin("x", "eve", "192.0.2.1"), limits));
        pass(31);
        assertEquals(ReasonCode.SUCCESS, asked(begin("x", "ada", "192.0.2.9"), limits));
    }

    @Test
    @Shows({"window-seconds", "ban-seconds"})
    void whatIsOlderThanTheWindowDoesNotCountAndABanEnds() {
        DoorSettings limits = new DoorSettings(1, 0, 0, 0, 5, 20);
        Begin guess = begin("meter", "ada", null);
        door.failed(guess, "ada", limits);
        pass(6);
        door.failed(guess, "ada", limits);
        assertEquals(ReasonCode.SUCCESS, asked(guess, limits));
        pass(4);
        door.failed(guess, "ada", limits);
        pass(19);
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, asked(guess, limits));
        pass(1);
        assertEquals(ReasonCode.SUCCESS, asked(guess, limits));
    }

    @Test
    void aUserOfAnyNameIsNotTakenForOneWithout() {
        DoorSettings limits = LIMITS.withClientConnectsMax(0);
        for (int i = 0; i <= 3; i++) {
            door.failed(begin("meter", "null", null), "null", limits);
        }
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, asked(begin("x", "null", null), limits));
        assertEquals(ReasonCode.SUCCESS, asked(begin("x", null, null), limits));
    }

    @Test
    @Shows("address-failures-max")
    void anAddressFromWhichMuchFailsHasToWaitWhateverItsUsers() {
        DoorSettings limits = LIMITS.withClientConnectsMax(0);
        for (int i = 0; i <= 5; i++) {
            door.failed(begin("meter", "user" + i, "192.0.2.1"), "user" + i, limits);
        }
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, asked(begin("x", "ada", "192.0.2.1"), limits));
        assertEquals(ReasonCode.SUCCESS, asked(begin("x", "ada", "192.0.2.2"), limits));
    }

    @Test
    @Shows("client-connects-max")
    void aClientThatFlapsIsKeptOutForAWhile() {
        for (int i = 0; i < 4; i++) {
            assertEquals(ReasonCode.SUCCESS, asked(begin("meter", null, null), LIMITS));
        }
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, asked(begin("meter", null, null), LIMITS));
        assertEquals(ReasonCode.SUCCESS, asked(begin("gauge", null, null), LIMITS));
        pass(61);
        assertEquals(ReasonCode.SUCCESS, asked(begin("meter", null, null), LIMITS));
    }

    @Test
    @Shows("listener-connects-per-second-max")
    void aListenerTakesSoManyConnectsInASecond() {
        DoorSettings limits = DoorSettings.DEFAULT.withListenerConnectsPerSecondMax(2);
        for (int second = 0; second < 3; second++) {
            assertEquals(ReasonCode.SUCCESS, asked(begin("a", null, null), limits));
            assertEquals(ReasonCode.SUCCESS, asked(begin("b", null, null), limits));
            assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, asked(begin("c", null, null), limits));
            pass(1);
        }
    }

    @Test
    void whatIsCountedIsBounded() {
        for (int i = 0; i < 2 * Door.COUNTED_MAX; i++) {
            asked(begin("client" + i, null, null), LIMITS);
        }
        assertEquals(Door.COUNTED_MAX, door.counted());
    }

    @Test
    void whomTheOperatorBansIsRefused() throws Exception {
        Bans bans = Bans.read(Files.writeString(folder.resolve("bans"), """
                # not these
                client bad meter
                user eve
                address 192.0.2.7
                address 198.51.100.0/23
                address 2001:db8::/33
                """));
        for (Begin banned : new Begin[] {begin("bad meter", null, null), begin("x", "eve", null),
            begin("x", "ada", "192.0.2.7"), begin("x", "ada", "198.51.101.255"),
            begin("x", "ada", "2001:db8:7fff::1")}) {
            assertEquals(ReasonCode.BANNED, door.refusal(banned, bans, LIMITS).reason(), banned.toString());
        }
        for (Begin welcome : new Begin[] {begin("meter", null, null), begin("y", "ada", "192.0.2.8"),
            begin("z", "ada", "198.51.102.0"), begin("u", "ada", "2001:db8:8000::1"),
            begin("v", "ada", "fe80:0:0:0:0:0:0:1%2")}) {
            assertNull(door.refusal(welcome, bans, LIMITS), welcome.toString());
        }
        assertEquals(ReasonCode.BANNED, door.refusal("eve", bans).reason());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            eve                  | line 1: it is eve; expected client CLIENT-IDENTIFIER, user NAME
            host a               | line 1: it begins with host; expected client
            address 192.0.2.300  | line 1: the address is 192.0.2.300; expected one such as 192.0.2.7
            address 192.0.2.1/33 | line 1: the address is 192.0.2.1/33; expected one such as 192.0.2.7
            address ::1/x        | line 1: the address is ::1/x; expected one such as 192.0.2.7
            """)
    void aMistakeIsNamedWithFileAndLine(String line, String message) throws Exception {
        Path file = Files.writeString(folder.resolve("bans"), line);
        String told = assertThrows(BadFileException.class, () -> Bans.read(file)).getMessage();
        assertTrue(told.startsWith(file + ", " + message), told);
    }
}
