package io.holdfast.system;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.ExtendedKeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority, and the certificates that it vouches for; made for one test. */
public final class TestCertificates {
    private final X509Bundle authority = build(builder("Authority").setIsCertificateAuthority(true), null);

    /** Of the broker, for 127.0.0.1 and localhost. */
    public final X509Bundle server = server(builder("Broker"));

    /** Of a client. */
    public final X509Bundle client =
            build(builder("Client").addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_CLIENT_AUTH), authority);

    /** Of a client, like {@link #client}, with that Common Name, and a name beside it. */
    public X509Bundle client(String commonName, String alternativeName) {
        return build(builder(commonName).addSanDnsName(alternativeName)
                .addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_CLIENT_AUTH), authority);
    }

    /** Of the broker, like {@link #server}, but no longer valid. */
    public X509Bundle expiredServer() {
        return server(builder("Expired").notAfter(Instant.now().minus(1, ChronoUnit.DAYS)));
    }

    /** Of the broker, like {@link #server}, but with an RSA key. */
    public X509Bundle rsaServer() {
        return server(builder("RSA").rsa2048());
    }

    /** Those that vouch for clients and servers. */
    public X509Bundle authority() {
        return authority;
    }

    /** What a client trusts: this authority, and nothing else. */
    public TrustManagerFactory trust() {
        return authority.toTrustManagerFactory();
    }

    /** A client that trusts this authority, and shows that certificate; none if it is null. */
    public SSLContext clientContext(X509Bundle shown) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown == null ? null : shown.toKeyManagerFactory().getKeyManagers(),
                trust().getTrustManagers(), null);
        return context;
    }

    /** Writes {@code name.pem} (the certificate alone) and {@code name.key}; answers the former. */
    public static Path write(X509Bundle bundle, Path folder, String name) throws IOException {
        Files.writeString(folder.resolve(name + ".key"), bundle.getPrivateKeyPEM());
        return Files.writeString(folder.resolve(name + ".pem"), bundle.getCertificatePEM());
    }

    private X509Bundle server(CertificateBuilder builder) {
        return build(builder.addSanIpAddress("127.0.0.1").addSanDnsName("localhost")
                .addExtendedKeyUsage(ExtendedKeyUsage.PKIX_KP_SERVER_AUTH), authority);
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder().subject("CN=" + name)
                .notBefore(Instant.now().minus(10, ChronoUnit.DAYS));
    }

    private static X509Bundle build(CertificateBuilder builder, X509Bundle issuer) {
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
