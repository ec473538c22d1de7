package io.holdfast.netty;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** What lies between a socket and the packets. */
public sealed interface Layer {

    /** A PROXY protocol header of version 1 or 2 must come first; it tells where the peer is. */
    record ProxyHeader() implements Layer {}

    /** The versions of TLS that are spoken. */
    enum TlsVersion {
        TLS_1_2("TLSv1.2"), TLS_1_3("TLSv1.3");

        /** As Java names it. */
        final String text;

        TlsVersion(String text) {
            this.text = text;
        }
    }

    /** Whether a client shows a certificate. One that is shown must always be good. */
    enum ClientCertificate { NONE, OPTIONAL, REQUIRED }

    /** What of a client's certificate is its user name: nothing, the Common Name, or a name beside it. */
    enum CertificateName { NONE, COMMON, ALTERNATIVE }

    /**
     * TLS with the broker's certificate.
     *
     * @param chain the certificate that the key belongs to, and those that vouch for it
     * @param versions at least one
     * @param clientAuthorities the certificates that vouch for those of clients; empty if none is asked for
     */
    record Tls(PrivateKey key, List<X509Certificate> chain, List<TlsVersion> versions,
            ClientCertificate clientCertificate, List<X509Certificate> clientAuthorities,
            CertificateName userName) implements Layer {
        /** One where certificates name no users. */
        public Tls(PrivateKey key, List<X509Certificate> chain, List<TlsVersion> versions,
                ClientCertificate clientCertificate, List<X509Certificate> clientAuthorities) {
            this(key, chain, versions, clientCertificate, clientAuthorities, CertificateName.NONE);
        }
    }

    /** WebSocket at that path, the packets being the payload of its binary frames (section 6). */
    record WebSocket(String path) implements Layer {}
}
