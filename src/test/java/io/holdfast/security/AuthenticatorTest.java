package io.holdfast.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.access.AccessRules;
import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Continue;
import io.holdfast.broker.Authentication.GoOn;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Authentication.Request;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.ReasonCode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class AuthenticatorTest {
    private static final long ID = 7;

    private final BlockingQueue<Input.Authenticated> answers = new LinkedBlockingQueue<>();
    private final CountDownLatch threadsMayStart = new CountDownLatch(1);
    private final Users users = new Users(new TreeMap<>(Map.of("ada",
            Map.of(Mechanism.SCRAM_SHA_256, Credential.of(Mechanism.SCRAM_SHA_256, "lovelace", new byte[16],
                    Credential.ITERATIONS_MIN)))));
    private final Authenticator authenticator = new Authenticator(security(
            new SecuritySettingsBuilder().users(Path.of("users")).build()), answers::add, this::thread);

    private Security security(SecuritySettings settings) {
        try {
            return new Security(settings, users, AccessRules.NONE, Bans.NONE,
                    Extensions.NONE);
        } catch (BadFileException e) {
            throw new AssertionError(e);
        }
    }

    /** A thread that works only when the test lets it. */
    private Thread thread(Runnable task) {
        return Thread.ofPlatform().daemon().unstarted(() -> {
            try {
                threadsMayStart.await();
                task.run();
            } catch (InterruptedException _) {
                // The authenticator was stopped first.
            }
        });
    }

    @AfterEach
    void stop() {
        authenticator.stop();
    }

    private Step ask(Request request) throws InterruptedException {
        threadsMayStart.countDown();
        authenticator.ask(new Effect.Authenticate(ID, request));
        Input.Authenticated answer = answers.take();
        assertEquals(ID, answer.connectionId());
        return answer.step();
    }

    private static Begin password(String userName, String password) {
        return new Begin("meter", null, null, userName, password == null ? null : password.getBytes(UTF_8));
    }

    @Test
    void aPasswordInConnectIsJudgedByTheKeysOfScram() throws InterruptedException {
        Accepted accepted = assertInstanceOf(Accepted.class, ask(password("ada", "lovelace")));
        assertEquals("ada", accepted.userName());
        assertEquals(null, accepted.data());
        assertInstanceOf(Accepted.class, ask(password("\uFF41da", "love\u00ADlace")));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            ada,       Lovelace,  BAD_USER_NAME_OR_PASSWORD
            eve,       lovelace,  BAD_USER_NAME_OR_PASSWORD
            'a\tb',    lovelace,  BAD_USER_NAME_OR_PASSWORD
            ada,       '',        BAD_USER_NAME_OR_PASSWORD
            '',        '',        BAD_USER_NAME_OR_PASSWORD
            ada,       -,         NOT_AUTHORIZED
            -,         lovelace,  NOT_AUTHORIZED
            -,         -,         NOT_AUTHORIZED
            """)
    void whoeverIsNotKnownByUserNameAndPasswordIsRefused(String userName, String password, ReasonCode reason)
            throws InterruptedException {
        assertEquals(reason, assertInstanceOf(Refused.class, ask(password(userName, password))).reason());
    }

    @Test
    void whatIsNoUtf8OrTooLongIsNoPassword() throws InterruptedException {
        Begin notText = new Begin("meter", null, null, "ada", new byte[] {-1});
        assertEquals(Scram.WRONG, ask(notText));
        assertEquals(Scram.WRONG, ask(password("ada", "x".repeat(Authenticator.PASSWORD_BYTES_MAX + 1))));
    }

    @Test
    void anExchangeOfScramIsCarriedThrough() throws InterruptedException {
        ScramClient client = new ScramClient("SCRAM-SHA-256", "ada", "lovelace", "n,,");
        Continue question = assertInstanceOf(Continue.class,
                ask(new Begin("meter", "SCRAM-SHA-256", client.first(), null, null)));
        Accepted accepted = assertInstanceOf(Accepted.class,
                ask(new GoOn(question.progress(), client.last(question.data()))));
        assertTrue(client.isOfServer(accepted.data()));
    }

    @Test
    void aMethodThatIsNotKnownIsRefusedWithThoseThatAre() throws InterruptedException {
        Refused refused =
                assertInstanceOf(Refused.class, ask(new Begin("meter", "GS2-KRB5", null, null, null)));
        assertEquals(ReasonCode.BAD_AUTHENTICATION_METHOD, refused.reason());
        assertTrue(refused.why().contains("SCRAM-SHA-256, SCRAM-SHA-512"), refused.why());
    }

    @Test
    void moreThanMayWaitIsRefusedAtOnceAndTheRestIsAnswered() throws InterruptedException {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        int waiting = Authenticator.WAITING_MAX + threads;
        Begin cheap = new Begin("meter", "SCRAM-SHA-256", "n,,n=ada,r=abc".getBytes(UTF_8), null, null);
        for (int i = 0; i < waiting; i++) {
            authenticator.ask(new Effect.Authenticate(i, password("ada", "lovelace")));
        }
        assertTrue(answers.isEmpty());
        authenticator.ask(new Effect.Authenticate(ID, password("ada", "lovelace")));
        assertEquals(ReasonCode.SERVER_BUSY,
                assertInstanceOf(Refused.class, answers.take().step()).reason());
        threadsMayStart.countDown();
        authenticator.ask(new Effect.Authenticate(waiting, cheap));
        int before = 0;
        while (answers.take().connectionId() != waiting) {
            before++;
        }
        assertTrue(before < waiting, "an exchange waits behind all the passwords");
    }
}
