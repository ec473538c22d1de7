package io.holdfast.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate of a TLS listener and its key, read from PEM files, and found to belong together. */
final class TlsFiles {
    /** There may be others beside them, such as a key. */
    private static final Pattern CERTIFICATE = Pattern.compile(
            "-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN (?<kind>[A-Z ]*)PRIVATE KEY-----(?<base64>[^-]*)-----END [A-Z ]*PRIVATE KEY-----");

    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    private final Function<String, Options.BadOptionException> bad;
    private final List<X509Certificate> chain;
    private final PrivateKey key;

    /** @param bad makes the refusal of what is wrong */
    TlsFiles(Function<String, Options.BadOptionException> bad, Path cert, Path key) {
        this.bad = bad;
        this.chain = certificates("cert", cert);
        this.key = privateKey(key, chain.getFirst().getPublicKey());
    }

    List<X509Certificate> chain() {
        return chain;
    }

    PrivateKey key() {
        return key;
    }

    /** All certificates of a PEM file. Those that are not valid now are told as a warning. */
    List<X509Certificate> certificates(String option, Path file) {
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher pem = CERTIFICATE.matcher(read(option, file));
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (pem.find()) {
                InputStream bytes = new ByteArrayInputStream(pem.group().getBytes(StandardCharsets.US_ASCII));
                certificates.add((X509Certificate) factory.generateCertificate(bytes));
            }
        } catch (CertificateException e) {
            throw bad.apply(option + " is " + file + ", which is damaged: " + e.getMessage()
                    + "; expected a PEM file of certificates");
        }
        if (certificates.isEmpty()) {
            throw bad.apply(option + " is " + file + ", which holds no certificate; expected a PEM file with"
                    + " 'BEGIN CERTIFICATE' in it");
        }
        certificates.forEach(certificate -> warnUnlessValid(option, file, certificate));
        return certificates;
    }

    private static void warnUnlessValid(String option, Path file, X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateException _) {
            LOG.warn("{} is {}, and its certificate of {} is valid from {} to {} only: clients may refuse it",
                    option, file, certificate.getSubjectX500Principal(),
                    certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
        }
    }

    private PrivateKey privateKey(Path file, PublicKey publicKey) {
        Matcher pem = KEY.matcher(read("key", file));
        if (!pem.find()) {
            throw bad.apply("key is " + file + ", which holds no private key; expected a PEM file with 'BEGIN"
                    + " PRIVATE KEY' in it");
        }
        if (!pem.group("kind").isEmpty()) {
            throw bad.apply("key is " + file + ", which says 'BEGIN " + pem.group("kind")
                    + "PRIVATE KEY'; expected 'BEGIN PRIVATE KEY', which `openssl pkcs8 -topk8 -nocrypt -in "
                    + file + "` makes of it");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.group("base64"));
            PrivateKey privateKey = KeyFactory.getInstance(publicKey.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
            if (belongTogether(privateKey, publicKey)) {
                return privateKey;
            }
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            // Told below: a key of another kind does not belong to the certificate either.
        }
        throw bad.apply("key is " + file + ", which is damaged or does not belong to the certificate in cert;"
                + " expected the private key of its first certificate");
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

    private String read(String option, Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw bad.apply(option + " is " + file + ", which cannot be read ("
                    + (Files.exists(file) ? e.getMessage() : "there is no such file") + "); expected a PEM"
                    + " file");
        }
    }
}
