package io.holdfast.netty;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The user that a client's certificate names, where the operator says that it does. */
final class CertificateUser {
    /** Of names beside the subject's (RFC 5280, section 4.2.1.6): those of mail, of a host, and URIs. */
    private static final List<Integer> NAME_KINDS = List.of(1, 2, 6);

    private CertificateUser() {}

    /** The name, or null if there is no certificate, or no such name in it. */
    static String of(Channel channel, ListenerOptions listener) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null || !listener.namesUsers()) {
            return null;
        }
        try {
            Certificate[] chain = tls.engine().getSession().getPeerCertificates();
            X509Certificate certificate = (X509Certificate) chain[0];
            return switch (listener.layer(Layer.Tls.class).userName()) {
                case NONE -> null;
                case COMMON -> commonName(certificate);
                case ALTERNATIVE -> alternativeName(certificate);
            };
        } catch (SSLPeerUnverifiedException | CertificateParsingException | InvalidNameException _) {
            return null;
        }
    }

    /** The most specific one. */
    private static String commonName(X509Certificate certificate) throws InvalidNameException {
        List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
        for (Rdn part : parts.reversed()) {
            if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name
                    && !name.isEmpty()) {
                return name;
            }
        }
        return null;
    }

    private static String alternativeName(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (NAME_KINDS.contains(name.get(0)) && name.get(1) instanceof String text && !text.isEmpty()) {
                return text;
            }
        }
        return null;
    }
}
