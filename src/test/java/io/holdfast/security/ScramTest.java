package io.holdfast.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Continue;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.mqtt.ReasonCode;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The server's side of SCRAM, message by message. */
class ScramTest {
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String NONCE = CLIENT_NONCE + SERVER_NONCE;
    private static final String FIRST = "n,,n=user,r=" + CLIENT_NONCE;
    private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String LAST = "c=biws,r=" + NONCE + ",p=" + PROOF;

    private final Users users = users("user", "pencil");

    private static Users users(String name, String password) {
        Map<Mechanism, Credential> credentials = new TreeMap<>();
        for (Mechanism mechanism : Mechanism.values()) {
            credentials.put(mechanism, Credential.of(mechanism, password, SALT, 4_096));
        }
        return new Users(new TreeMap<>(Map.of(name, credentials)));
    }

    private Step first(String message) {
        return Scram.first(Mechanism.SCRAM_SHA_256, message.getBytes(UTF_8), users, SERVER_NONCE);
    }

    private static String text(byte[] data) {
        return new String(data, UTF_8);
    }

    /** RFC 7677, section 3. */
    @Test
    void theExchangeOfTheStandardIsAccepted() {
        Continue question = assertInstanceOf(Continue.class, first(FIRST));
        assertEquals("r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", text(question.data()));
        Accepted accepted = assertInstanceOf(Accepted.class,
                Scram.last(question.progress(), LAST.getBytes(UTF_8)));
        assertEquals("user", accepted.userName());
        assertEquals("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", text(accepted.data()));
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatKnowsThePasswordIsAcceptedAndKnowsTheServer(Mechanism mechanism) {
        for (String header : new String[] {"n,,", "y,,", "n,a=user,"}) {
            ScramClient client = new ScramClient(mechanism.saslName(), "user", "pencil", header);
            Continue question =
                    assertInstanceOf(Continue.class, Scram.first(mechanism, client.first(), users, "server"));
            Accepted accepted = assertInstanceOf(Accepted.class,
                    Scram.last(question.progress(), client.last(question.data())));
            assertTrue(client.isOfServer(accepted.data()), header);
        }
    }

    @Test
    void aWrongPasswordAndAUserThatDoesNotExistAreRefusedInTheSameWords() {
        for (String name : new String[] {"user", "nobody"}) {
            ScramClient client = new ScramClient("SCRAM-SHA-256", name, "pen", "n,,");
            Continue question = assertInstanceOf(Continue.class,
                    Scram.first(Mechanism.SCRAM_SHA_256, client.first(), users, "server"));
            assertEquals(new Refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                    "the user name or the password is wrong"),
                    Scram.last(question.progress(), client.last(question.data())));
        }
    }

    @Test
    void aUserThatDoesNotExistHasASaltOfItsOwnThatStaysTheSame() {
        Continue nobody = assertInstanceOf(Continue.class, first("n,,n=nobody,r=abc"));
        Continue again = assertInstanceOf(Continue.class, first("n,,n=nobody,r=abc"));
        Continue other = assertInstanceOf(Continue.class, first("n,,n=other,r=abc"));
        Continue real = assertInstanceOf(Continue.class, first("n,,n=user,r=abc"));
        assertEquals(text(nobody.data()), text(again.data()));
        assertNotEquals(text(nobody.data()), text(other.data()));
        assertEquals(text(real.data()).length(), text(nobody.data()).length());
        assertTrue(text(nobody.data()).endsWith(",i=4096"));
        Continue after = assertInstanceOf(Continue.class, Scram.first(Mechanism.SCRAM_SHA_256,
                "n,,n=nobody,r=abc".getBytes(UTF_8), users("user", "pencil"), SERVER_NONCE));
        assertEquals(text(nobody.data()), text(after.data()), "it would tell of a restart");
    }

    @Test
    void commasAndEqualsSignsInAUserNameAreEscaped() {
        ScramClient client = new ScramClient("SCRAM-SHA-256", "a,b=c", "pencil", "n,,");
        assertTrue(text(client.first()).contains("n=a=2Cb=3Dc,"), text(client.first()));
        Continue question = assertInstanceOf(Continue.class,
                Scram.first(Mechanism.SCRAM_SHA_256, client.first(), users("a,b=c", "pencil"), "server"));
        Accepted accepted = assertInstanceOf(Accepted.class,
                Scram.last(question.progress(), client.last(question.data())));
        assertEquals("a,b=c", accepted.userName());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            ''                                | no client-first-message
            n,,n=user                         | no client-first-message
            n,,n=user,r=                      | no client-first-message
            n,,n=,r=abc                       | no client-first-message
            n,n=user,r=abc                    | no client-first-message
            n,,m=ext,n=user,r=abc             | no client-first-message
            n,,n=user,r=a\tb                  | no client-first-message
            p=tls-unique,,n=user,r=abc        | channel binding is not supported
            x,,n=user,r=abc                   | channel binding is not supported
            n,,n=a=2c,r=abc                   | a user name that is not well-formed
            n,,n=a=,r=abc                     | a user name that is not well-formed
            n,a=root,n=user,r=abc             | nobody may act for another user
            """)
    void aFirstMessageThatIsNoneIsRefusedWithWhatIsWrong(String message, String why) {
        Refused refused = assertInstanceOf(Refused.class, first(message));
        assertEquals(ReasonCode.NOT_AUTHORIZED, refused.reason());
        assertTrue(refused.why().contains(why), refused.why());
    }

    @Test
    void noMessageAtAllAndOneThatIsTooLongAreRefused() {
        assertInstanceOf(Refused.class, Scram.first(Mechanism.SCRAM_SHA_256, null, users, SERVER_NONCE));
        assertInstanceOf(Refused.class, first("n,,n=user,r=" + "x".repeat(Scram.MESSAGE_BYTES_MAX)));
        Continue question = assertInstanceOf(Continue.class, first(FIRST));
        assertInstanceOf(Refused.class, Scram.last(question.progress(), null));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            c=biws,r=NONCE                    | no client-final-message
            c=biws,r=NONCE,p=                 | no client-final-message
            c=biws,r=NONCE,p=AAAA             | no client-final-message
            c=biws,r=NONCE,p=%                | no client-final-message
            c=eSws,r=NONCE,p=PROOF            | does not follow
            c=biws,r=other,p=PROOF            | does not follow
            c=biws,r=NONCE,x=1,p=PROOF        | the user name or the password is wrong
            """)
    void aLastMessageThatDoesNotFollowIsRefused(String message, String why) {
        Continue question = assertInstanceOf(Continue.class, first(FIRST));
        String last = message.replace("NONCE", NONCE).replace("PROOF", PROOF);
        Refused refused =
                assertInstanceOf(Refused.class, Scram.last(question.progress(), last.getBytes(UTF_8)));
        assertTrue(refused.why().contains(why), refused.why());
    }
}
