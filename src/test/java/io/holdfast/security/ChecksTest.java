package io.holdfast.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Origin;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.config.Shows;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.spi.Grant;
import io.holdfast.spi.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates, tokens, users and a service over HTTP, one after the other, with real sockets. */
@Timeout(60)
class ChecksTest {
    private static final int STATUS_OK = 200;

    @TempDir
    private Path folder;
    private final BlockingQueue<Input.Authenticated> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final AtomicInteger keysFetched = new AtomicInteger();
    private volatile String answer = "";
    private volatile int status = STATUS_OK;
    private HttpServer service;
    private ECKey key;
    private Authenticator authenticator;
    private Extensions extensions = Extensions.NONE;

    @BeforeEach
    void start() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("first").generate();
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/auth", exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            byte[] body = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.createContext("/keys", exchange -> {
            keysFetched.incrementAndGet();
            byte[] body = new JWKSet(key.toPublicJWK()).toString().getBytes(UTF_8);
            exchange.sendResponseHeaders(STATUS_OK, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
        if (authenticator != null) {
            authenticator.stop();
        }
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + service.getAddress().getPort() + path);
    }

    private void judgeBy(SecuritySettingsBuilder settings) throws BadFileException {
        Security security = Security.read(settings.build(), extensions);
        if (authenticator == null) {
            authenticator = new Authenticator(security, answers::add,
                    task -> Thread.ofPlatform().daemon().unstarted(task));
        } else {
            authenticator.change(security);
        }
    }

    private SecuritySettingsBuilder withUsers() throws Exception {
        Path users = folder.resolve("users");
        new UsersFile(users).put("ada", "lovelace", Set.of(Mechanism.SCRAM_SHA_256));
        return new SecuritySettingsBuilder().users(users);
    }

    private JwtSettings tokens() throws Exception {
        return JwtSettings.of(Files.writeString(folder.resolve("keys"), new JWKSet(key).toString())
                .toString());
    }

    private SecuritySettingsBuilder withKeys() throws Exception {
        return new SecuritySettingsBuilder().jwt(tokens());
    }

    private SecuritySettingsBuilder withService(int millisMax) {
        return new SecuritySettingsBuilder().http(new HttpSettings(url("/auth"), millisMax))
                .rememberedSeconds(0);
    }

    private static Begin begin(String userName, String password, String certificateName) {
        return new Begin("meter", null, null, userName, password == null ? null : password.getBytes(UTF_8),
                new Origin("192.0.2.1", "it", certificateName));
    }

    private Step ask(Begin begin) throws InterruptedException {
        authenticator.ask(new Effect.Authenticate(1, begin));
        return answers.take().step();
    }

    private Accepted accepted(Begin begin) throws InterruptedException {
        return assertInstanceOf(Accepted.class, ask(begin));
    }

    private ReasonCode refused(Begin begin) throws InterruptedException {
        return assertInstanceOf(Refused.class, ask(begin)).reason();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().subject("ada").issuer("us").audience("mqtt")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private static String token(ECKey by, JWTClaimsSet.Builder claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(by.getKeyID()).build(), claims.build());
        token.sign(new ECDSASigner(by));
        return token.serialize();
    }

    @Test
    void theFirstThatKnowsAClientDecides() throws Exception {
        judgeBy(withUsers().jwt(tokens()).http(new HttpSettings(url("/auth"), 5_000))
                .certificates(true));
        assertEquals("device-7", accepted(begin("ada", "guess", "device-7")).userName());
        assertEquals("ada", accepted(begin("whoever", token(key, claims()), null)).userName());
        assertEquals("ada", accepted(begin("ada", "lovelace", null)).userName());
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("ada", "guess", null)));
        assertTrue(asked.isEmpty(), asked::toString);
        answer = "{\"result\": \"allow\"}";
        assertEquals("eve", accepted(begin("eve", "secret", null)).userName());
        assertTrue(asked.take().contains("\"username\":\"eve\""));
        assertEquals(ReasonCode.NOT_AUTHORIZED, refused(begin(null, null, null)));
    }

    @Test
    @Shows("listeners.username")
    void withCertificatesAloneWhoShowsNoneIsRefused() throws Exception {
        judgeBy(new SecuritySettingsBuilder().certificates(true));
        assertEquals("device-7", accepted(begin(null, null, "device-7")).userName());
        assertEquals(ReasonCode.NOT_AUTHORIZED, refused(begin(null, null, null)));
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("ada", "lovelace", null)));
        judgeBy(new SecuritySettingsBuilder().certificates(true).anonymous(true));
        assertNull(accepted(begin(null, null, null)).userName());
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("ada", "lovelace", null)));
    }

    @Test
    @Shows("jwt.keys")
    void aTokenSaysWhoItIsWhatItMayDoAndForHowLong() throws Exception {
        judgeBy(withKeys());
        Date end = Date.from(Instant.ofEpochSecond(Instant.now().getEpochSecond() + 60));
        Accepted ada = accepted(begin(null, token(key, claims().expirationTime(end)
                .claim("acl", Map.of("pub", List.of("up/#"), "deny", List.of("up/no")))), null));
        assertEquals("ada", ada.userName());
        assertTrue(ada.permissions().mayWrite("up/x") && !ada.permissions().mayWrite("up/no"));
        assertFalse(ada.permissions().mayRead("up/x"));
        assertEquals(end.getTime() + 30_000, ada.untilMillis());
        assertNull(accepted(begin(null, token(key, claims()), null)).permissions());
        Begin again = new Begin("meter", "JWT", token(key, claims()).getBytes(UTF_8), null, null);
        assertEquals("ada", accepted(again).userName());
    }

    @Test
    @Shows({"jwt.issuer", "jwt.audience"})
    void aTokenThatIsNotGoodIsRefused() throws Exception {
        judgeBy(withKeys().jwt(tokens().withIssuer("us").withAudience("mqtt"))
                .door(DoorSettings.DEFAULT.withUserFailuresMax(0)));
        accepted(begin(null, token(key, claims()), null));
        ECKey other = new ECKeyGenerator(Curve.P_256).keyID("first").generate();
        String good = token(key, claims());
        int dot = good.indexOf('.');
        String unsigned = "eyJhbGciOiJub25lIn0" + good.substring(dot, good.lastIndexOf('.')) + ".x";
        Date past = Date.from(Instant.now().minusSeconds(31));
        for (String bad : new String[] {token(other, claims()), token(key, claims().issuer("them")),
            token(key, claims().audience("web")), token(key, claims().expirationTime(past)),
            token(key, claims().expirationTime(null)), token(key, claims().subject(null)),
            token(key, claims().subject("")), token(key, claims().claim("acl", "all")),
            token(key, claims().claim("acl", Map.of("publish", List.of("#")))), good + "x", unsigned,
            token(key, claims().claim("acl", Map.of("all", List.of("a/#/b"))))}) {
            assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("ada", bad, null)), bad);
        }
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("ada", "no token", null)));
    }

    @Test
    @Shows({"jwt.user-claim", "jwt.access-claim"})
    void whichClaimsCountIsWhatTheOperatorSays() throws Exception {
        judgeBy(withKeys().jwt(tokens().withUserClaim("device").withAccessClaim("may")));
        Accepted meter = accepted(begin(null, token(key, claims().claim("device", "meter-7")
                .claim("may", Map.of("pub", List.of("up/#"))).claim("acl", Map.of())), null));
        assertEquals("meter-7", meter.userName());
        assertTrue(meter.permissions().mayWrite("up/x"));
    }

    @Test
    void keysOfAUrlAreRememberedAndFetchedAgainForATokenOfANewOne() throws Exception {
        judgeBy(new SecuritySettingsBuilder().jwt(JwtSettings.of(url("/keys").toString())));
        for (int i = 0; i < 5; i++) {
            accepted(begin(null, token(key, claims()), null));
        }
        assertEquals(1, keysFetched.get());
        key = new ECKeyGenerator(Curve.P_256).keyID("second").generate();
        accepted(begin(null, token(key, claims()), null));
        service.stop(0);
        accepted(begin(null, token(key, claims()), null));
        judgeBy(new SecuritySettingsBuilder().jwt(JwtSettings.of(url("/keys").toString())));
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refused(begin(null, token(key, claims()), null)));
    }

    @Test
    void keysThatAreNoneAreNamed() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "{");
        String told = assertThrows(BadFileException.class, () ->
                judgeBy(new SecuritySettingsBuilder().jwt(JwtSettings.of(keys.toString())))).getMessage();
        assertTrue(told.startsWith(keys + " cannot be read"), told);
        assertTrue(told.contains("expected a set of keys"), told);
    }

    @Test
    @Shows("auth.url")
    void aServiceIsAskedAndWhatItPermitsCounts() throws Exception {
        judgeBy(withService(5_000));
        answer = "{\"result\": \"allow\", \"acl\": {\"sub\": [\"a/#\"]}}";
        Accepted ada = accepted(begin("ada", "p\"\u00E4ss", null));
        assertEquals("{\"clientid\":\"meter\",\"username\":\"ada\",\"password\":\"p\\\"\u00E4ss\","
                + "\"peerhost\":\"192.0.2.1\"}", asked.take());
        assertTrue(ada.permissions().mayRead("a/x") && !ada.permissions().mayRead("b"));
        answer = "{\"result\": \"deny\"}";
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("ada", "x", null)));
        answer = "{\"result\": \"ignore\"}";
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("ada", "x", null)));
        answer = "";
        status = 204;
        assertEquals("ada", accepted(begin("ada", "x", null)).userName());
        Begin noText = new Begin("meter", null, null, "ada", new byte[] {-1});
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(noText));
    }

    @Test
    void aServiceThatDoesNotAnswerAsExpectedLetsNobodyIn() throws Exception {
        judgeBy(withService(5_000));
        for (String bad : new String[] {"", "yes", "{}", "{\"result\": true}", "[]",
            "{\"result\": \"allow\", \"acl\": {\"sub\": \"a\"}}", "\"" + "x".repeat(1 << 20) + "\""}) {
            answer = bad;
            assertEquals(ReasonCode.SERVER_UNAVAILABLE, refused(begin("ada", "x", null)));
        }
        answer = "{\"result\": \"allow\"}";
        for (int other : new int[] {201, 302, 404, 500}) {
            status = other;
            assertEquals(ReasonCode.SERVER_UNAVAILABLE, refused(begin("ada", "x", null)));
        }
        service.stop(0);
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refused(begin("ada", "x", null)));
    }

    @Test
    @Shows("auth.millis-max")
    void aServiceThatIsTooSlowLetsNobodyInAndOthersAreNotKeptWaiting() throws Exception {
        service.removeContext("/auth");
        service.createContext("/auth", exchange -> { }); // takes the question, and never answers
        judgeBy(withUsers().http(new HttpSettings(url("/auth"), 500)));
        authenticator.ask(new Effect.Authenticate(7, begin("eve", "x", null)));
        assertEquals("ada", accepted(begin("ada", "lovelace", null)).userName());
        Input.Authenticated late = answers.take();
        assertEquals(7, late.connectionId());
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, assertInstanceOf(Refused.class, late.step()).reason());
    }

    @Test
    void aGoodAnswerIsRememberedForAWhileAndARefusalIsNot() throws Exception {
        long[] nanos = {0};
        Remembered service = new Remembered(new HttpCheck(new HttpSettings(url("/auth"), 5_000)), 60,
                () -> nanos[0]);
        answer = "{\"result\": \"allow\"}";
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(Accepted.class, service.judge(begin("ada", "x", null)));
        }
        assertEquals(1, asked.size());
        answer = "{\"result\": \"deny\"}";
        assertInstanceOf(Accepted.class, service.judge(begin("ada", "x", null)));
        assertInstanceOf(Refused.class, service.judge(begin("ada", "y", null)));
        assertInstanceOf(Refused.class, service.judge(begin("adax", "", null)));
        nanos[0] = 61_000_000_000L;
        assertInstanceOf(Refused.class, service.judge(begin("ada", "x", null)));
        assertInstanceOf(Refused.class, service.judge(begin("ada", "x", null)));
        assertEquals(5, asked.size());
        service.close();
    }

    @Test
    @Shows("remembered-seconds")
    void whetherAnythingIsRememberedIsWhatTheOperatorSays() throws Exception {
        answer = "{\"result\": \"allow\"}";
        for (int seconds : new int[] {0, 60}) {
            judgeBy(withService(5_000).rememberedSeconds(seconds));
            accepted(begin("ada", "x", null));
            accepted(begin("ada", "x", null));
            assertEquals(seconds == 0 ? 2 : 1, asked.size());
            asked.clear();
        }
    }

    @Test
    @Shows("user-failures-max")
    void whoFailsTooOftenIsNotListenedToForAWhileNotEvenWithTheRightPassword() throws Exception {
        judgeBy(withUsers().door(DoorSettings.DEFAULT.withUserFailuresMax(2)));
        for (int i = 0; i <= 2; i++) {
            assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("ada", "guess", null)));
        }
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED, refused(begin("ada", "lovelace", null)));
        ScramClient client = new ScramClient("SCRAM-SHA-256", "ada", "lovelace", "n,,");
        assertEquals(ReasonCode.CONNECTION_RATE_EXCEEDED,
                refused(new Begin("meter", "SCRAM-SHA-256", client.first(), null, null)));
    }

    @Test
    void aUserThatIsBannedIsRefusedHoweverItShowsWhoItIs() throws Exception {
        Path bans = Files.writeString(folder.resolve("bans"), "user ada\n");
        judgeBy(withUsers().jwt(tokens()).bans(bans));
        assertEquals(ReasonCode.BANNED, refused(begin("ada", "lovelace", null)));
        assertEquals(ReasonCode.BANNED, refused(begin(null, token(key, claims()), null)));
        assertEquals(ReasonCode.BANNED, refused(begin(null, null, "ada")));
    }

    @Test
    void anExtensionIsAskedLastAndOneThatThrowsRefusesTheClientAndNobodyElse() throws Exception {
        BlockingQueue<String> reports = new LinkedBlockingQueue<>();
        extensions = new Extensions(List.of(login -> switch (login.client().userName()) {
            case "eve" -> new Verdict.Accept("eve");
            case "bob" -> new Verdict.Refuse();
            case "throws" -> throw new IllegalStateException("on purpose");
            default -> new Verdict.Pass();
        }, _ -> new Verdict.Pass()), List.of(client -> switch (client.userName()) {
            case "eve" -> List.of(new Grant(Grant.Right.READ, "a/#"));
            case "grants" -> throw new LinkageError("on purpose");
            default -> null;
        }), reports::add);
        judgeBy(withUsers().certificates(true));
        assertNull(accepted(begin("ada", "lovelace", null)).permissions());
        assertTrue(accepted(begin("eve", "x", null)).permissions().mayRead("a/x"));
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("bob", "x", null)));
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("nobody", "x", null)));
        assertTrue(reports.isEmpty(), reports::toString);
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refused(begin("throws", "x", null)));
        assertEquals(ReasonCode.SERVER_UNAVAILABLE, refused(begin(null, null, "grants")));
        assertTrue(reports.take().contains("client meter is refused: java.lang.IllegalStateException"));
        assertEquals("ada", accepted(begin("ada", "lovelace", null)).userName());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            USER,        ada,         ada,  true
            USER,        ada:1,       ada,  false
            USER,        eve,         ada,  false
            USER,        auto-7,      ada,  true
            USER,        -,           -,    false
            USER,        null,        -,    false
            USER,        auto-7,      -,    true
            USER_PREFIX, ada,         ada,  true
            USER_PREFIX, ada:00:1F,   ada,  true
            USER_PREFIX, adam,        ada,  false
            USER_PREFIX, ada:b:1,     ada:b, false
            ANY,         eve,         ada,  true
            """)
    void aClientIdentifierIsBoundToAUserAsTheOperatorSays(ClientIds rule, String clientId, String userName,
            boolean isPermitted) {
        assertEquals(isPermitted, rule.permit(clientId == null ? "" : clientId, userName));
    }

    @Test
    @Shows("allow-anonymous")
    void anonymousClientsEnterWhereTheOperatorSaysSo() throws Exception {
        judgeBy(withUsers().anonymous(true));
        assertNull(accepted(begin(null, null, null)).userName());
        assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD, refused(begin("eve", "x", null)));
        assertEquals(ReasonCode.NOT_AUTHORIZED, refused(begin("ada", null, null)));
    }
}
