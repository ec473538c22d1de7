package io.holdfast.security;

/**
 * Which tokens are good.
 *
 * @param keys a file of the keys of issuers, as JWKS (RFC 7517), or its URL
 * @param userClaim the claim that is the user name
 * @param accessClaim the claim that says what the user may do; without it, the operator's rules count
 * @param issuer what the token must name as its issuer; null for any
 * @param audience what the token must name among its audience; null for any
 * @param refreshSeconds how long keys from a URL are good before they are fetched again
 */
public record JwtSettings(String keys, String userClaim, String accessClaim, String issuer, String audience,
        int refreshSeconds) {
    /** Any issuer and audience, {@code sub} as user name, and {@code acl}; keys are fetched each quarter. */
    public static JwtSettings of(String keys) {
        return new JwtSettings(keys, "sub", "acl", null, null, 900);
    }

    boolean isUrl() {
        return keys.startsWith("https://") || keys.startsWith("http://");
    }

    public JwtSettings withUserClaim(String changed) {
        return new JwtSettings(keys, changed, accessClaim, issuer, audience, refreshSeconds);
    }

    public JwtSettings withAccessClaim(String changed) {
        return new JwtSettings(keys, userClaim, changed, issuer, audience, refreshSeconds);
    }

    public JwtSettings withIssuer(String changed) {
        return new JwtSettings(keys, userClaim, accessClaim, changed, audience, refreshSeconds);
    }

    public JwtSettings withAudience(String changed) {
        return new JwtSettings(keys, userClaim, accessClaim, issuer, changed, refreshSeconds);
    }
}
