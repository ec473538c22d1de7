package io.holdfast.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads certificates and keys from PEM files. What is wrong with them is a mistake, and nothing is read. */
final class TlsFiles {
    /** There may be others beside them, such as a key. */
    private static final Pattern CERTIFICATE = Pattern.compile(
            "-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN (?<kind>[A-Z ]*)PRIVATE KEY-----(?<base64>[^-]*)-----END [A-Z ]*PRIVATE KEY-----");

    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    private TlsFiles() {}

    /** The path that was written, absolute; null if it is none. */
    static Path path(Given.Value value, Mistakes mistakes) {
        try {
            return value.origin().folder().resolve(value.text()).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            mistakes.add(value.origin(), " is " + value.text() + "; expected a path of this file system: "
                    + e.getReason());
            return null;
        }
    }

    /** All certificates of a file, at least one, or null. Those not valid now are told as a warning. */
    static List<X509Certificate> certificates(Given.Value value, Mistakes mistakes) {
        Path file = path(value, mistakes);
        String text = file == null ? null : read(value.origin(), file, mistakes);
        if (text == null) {
            return null;
        }
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher pem = CERTIFICATE.matcher(text);
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (pem.find()) {
                InputStream bytes = new ByteArrayInputStream(pem.group().getBytes(StandardCharsets.US_ASCII));
                certificates.add((X509Certificate) factory.generateCertificate(bytes));
            }
        } catch (CertificateException e) {
            mistakes.add(value.origin(), " is " + file + ", which is damaged: " + e.getMessage()
                    + "; expected a PEM file of certificates");
            return null;
        }
        if (certificates.isEmpty()) {
            mistakes.add(value.origin(), " is " + file + ", which holds no certificate; expected a PEM file"
                    + " with 'BEGIN CERTIFICATE' in it");
            return null;
        }
        certificates.forEach(certificate -> warnUnlessValid(value.origin(), file, certificate));
        return certificates;
    }

    private static void warnUnlessValid(Origin origin, Path file, X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateException _) {
            LOG.warn("{} is {}, and its certificate of {} is valid from {} to {} only: clients may refuse it",
                    origin.say(""), file, certificate.getSubjectX500Principal(),
                    certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
        }
    }

    /**
     * The key, or null.
     *
     * @param chain the certificates of which the first is to belong to it; null if they could not be read
     */
    static PrivateKey privateKey(Given.Value value, List<X509Certificate> chain, Mistakes mistakes) {
        Path file = path(value, mistakes);
        String text = file == null ? null : read(value.origin(), file, mistakes);
        if (text == null) {
            return null;
        }
        Matcher pem = KEY.matcher(text);
        if (!pem.find()) {
            mistakes.add(value.origin(), " is " + file + ", which holds no private key; expected a PEM file"
                    + " with 'BEGIN PRIVATE KEY' in it");
        } else if (!pem.group("kind").isEmpty()) {
            mistakes.add(value.origin(), " is " + file + ", which says 'BEGIN " + pem.group("kind")
                    + "PRIVATE KEY'; expected 'BEGIN PRIVATE KEY', which `openssl pkcs8 -topk8 -nocrypt -in "
                    + file + "` makes of it");
        } else if (chain != null) {
            PrivateKey key = keyOf(chain.getFirst().getPublicKey(), pem.group("base64"));
            if (key == null) {
                mistakes.add(value.origin(), " is " + file + ", which is damaged or does not belong to the"
                        + " certificate in cert; expected the private key of its first certificate");
            }
            return key;
        }
        return null;
    }

    private static PrivateKey keyOf(PublicKey publicKey, String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            PrivateKey privateKey = KeyFactory.getInstance(publicKey.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
            return belongTogether(privateKey, publicKey) ? privateKey : null;
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return null; // a key of another kind does not belong to the certificate either
        }
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance(switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        });
        byte[] text = "Holdfast".getBytes(StandardCharsets.US_ASCII);
        signature.initSign(privateKey);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(text);
        return signature.verify(signed);
    }

    private static String read(Origin origin, Path file, Mistakes mistakes) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            mistakes.add(origin, " is " + file + ", which cannot be read ("
                    + (Files.exists(file) ? e.getMessage() : "there is no such file") + "); expected a PEM"
                    + " file");
            return null;
        }
    }
}
