package io.holdfast.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.Utf8;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes a signed token (RFC 7519) in place of the password: its signature, its times, its issuer and audience
 * must be right. A claim names the user, another one may say what it may do. The client has to go when the
 * token is no longer valid, unless it authenticates again.
 *
 * <p>Keys come from a file, or from a URL: then they are fetched again when they are old, or when a token
 * names one that is not among them, and while they cannot be fetched the old ones are good for a while.
 */
final class JwtCheck implements Check {
    /** What the clocks of issuer and broker may differ by. */
    private static final int CLOCK_SKEW_SECONDS = 30;

    /** Three parts of Base64url (RFC 7515, section 3.1). */
    private static final Pattern SHAPE = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");

    /** How long a server of keys may take to answer. */
    private static final int FETCH_MILLIS_MAX = 5_000;
    private static final int KEYS_BYTES_MAX = 1 << 20;

    private static final Refused INVALID =
            new Refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "the token is not valid");

    private final JwtSettings settings;
    private final boolean isFetched;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    JwtCheck(JwtSettings settings) throws BadFileException {
        this.settings = settings;
        isFetched = settings.isUrl();
        Set<JWSAlgorithm> algorithms = new HashSet<>(JWSAlgorithm.Family.RSA);
        algorithms.addAll(Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512));
        if (!isFetched) { // a key that others can read makes no signature
            algorithms.addAll(JWSAlgorithm.Family.HMAC_SHA);
        }
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms,
                isFetched ? fetched(settings) : read(Path.of(settings.keys()))));
        JWTClaimsSet.Builder exact = new JWTClaimsSet.Builder();
        if (settings.issuer() != null) {
            exact.issuer(settings.issuer());
        }
        DefaultJWTClaimsVerifier<SecurityContext> verifier = new DefaultJWTClaimsVerifier<>(
                settings.audience(), exact.build(), Set.of("exp", settings.userClaim()));
        verifier.setMaxClockSkew(CLOCK_SKEW_SECONDS);
        processor.setJWTClaimsSetVerifier(verifier);
    }

    private static JWKSource<SecurityContext> read(Path file) throws BadFileException {
        try {
            return new ImmutableJWKSet<>(JWKSet.parse(Files.readString(file)));
        } catch (IOException | ParseException e) {
            throw new BadFileException(file + " cannot be read (" + e + "); expected a set of keys (JWKS, RFC"
                    + " 7517), or its URL");
        }
    }

    private static JWKSource<SecurityContext> fetched(JwtSettings settings) throws BadFileException {
        try {
            long millis = settings.refreshSeconds() * 1_000L;
            return JWKSourceBuilder.create(URI.create(settings.keys()).toURL(),
                            new DefaultResourceRetriever(FETCH_MILLIS_MAX,
                                    FETCH_MILLIS_MAX, KEYS_BYTES_MAX))
                    .cache(millis, FETCH_MILLIS_MAX * 2L).refreshAheadCache(false).rateLimited(1_000)
                    .outageTolerant(24 * 3_600_000L).build();
        } catch (MalformedURLException | IllegalArgumentException e) {
            throw new BadFileException(settings.keys() + " is no URL (" + e.getMessage()
                    + "); expected one, or a file, of a set of keys (JWKS, RFC 7517)");
        }
    }

    @Override
    public Kind kind() {
        return isFetched ? Kind.WAIT : Kind.QUICK;
    }

    @Override
    public Step judge(Begin begin) {
        byte[] bytes = begin.method() == null ? begin.password() : begin.data();
        String token = bytes == null ? null : Utf8.decode(bytes);
        if (token == null || !SHAPE.matcher(token).matches()) {
            return begin.method() == null ? null : INVALID;
        }
        try {
            return accept(processor.process(token, null));
        } catch (BadJOSEException | ParseException | IllegalArgumentException _) {
            return INVALID;
        } catch (JOSEException _) {
            return new Refused(ReasonCode.SERVER_UNAVAILABLE, "the keys of tokens cannot be had now");
        }
    }

    private Step accept(JWTClaimsSet claims) throws ParseException {
        String user = claims.getStringClaim(settings.userClaim());
        if (user.isEmpty()) {
            return INVALID;
        }
        return new Accepted(user, null, GrantedAccess.of(claims.getClaim(settings.accessClaim())),
                claims.getExpirationTime().getTime() + CLOCK_SKEW_SECONDS * 1_000L);
    }
}
