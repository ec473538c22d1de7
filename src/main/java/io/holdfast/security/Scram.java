package io.holdfast.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Continue;
import io.holdfast.broker.Authentication.Progress;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.Utf8;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server's side of a SCRAM exchange (RFC 5802, section 3), without channel binding:
 *
 * <pre>
 * client  CONNECT or AUTH 0x19   n,,n=user,r=cnonce
 * server  AUTH 0x18              r=cnonce snonce,s=salt,i=iterations
 * client  AUTH 0x18              c=biws,r=cnonce snonce,p=proof
 * server  CONNACK or AUTH 0x00   v=signature
 * </pre>
 *
 * <p>A user that does not exist has keys too (see {@link Users#credential}), so that nobody learns before the
 * end, and then not why. What is wrong with a message as such is told.
 */
final class Scram {
    /** Of one message; sound ones are far shorter, and the client's nonce is sent back twice. */
    static final int MESSAGE_BYTES_MAX = 2_048;

    /** gs2-header, then client-first-message-bare (RFC 5802, section 7); extensions are passed over. */
    private static final Pattern FIRST = Pattern.compile("(?<header>(?<binding>[^,]*),"
            + "(?:a=(?<authzid>[^,]*))?,)"
            + "(?<bare>n=(?<name>[^,]+),r=(?<nonce>[!-+\\--~]+)(?:,[A-Za-z]=[^\\x00]*)?)");
    private static final Pattern FINAL = Pattern.compile("(?<withoutProof>c=(?<header>[^,]*),"
            + "r=(?<nonce>[^,]*)(?:,[A-Za-z]=[^\\x00]*)?),p=(?<proof>[^,]*)");
    private static final Pattern WRONG_ESCAPE = Pattern.compile("=(?!2C|3D)");

    /** The same words whether the user or the password is not known. */
    static final Refused WRONG =
            new Refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "the user name or the password is wrong");

    /**
     * Between the server's first message and the client's last.
     *
     * @param messages client-first-message-bare and server-first-message, joined by a comma
     */
    private record Challenged(Credential credential, String userName, String header, String nonce,
            String messages) implements Progress {}

    private Scram() {}

    /** Whom the client says to be. */
    static String userName(Progress progress) {
        return ((Challenged) progress).userName;
    }

    /**
     * Judges the client's first message.
     *
     * @param serverNonce random, of printable characters without a comma
     */
    static Step first(Mechanism mechanism, byte[] data, Users users, String serverNonce) {
        Matcher first = matcher(FIRST, data);
        if (first == null) {
            return malformed("client-first-message");
        }
        String binding = first.group("binding");
        if (!binding.equals("n") && !binding.equals("y")) {
            return refused("channel binding is not supported: " + mechanism.saslName()
                    + " goes with the flag n or y, not " + binding);
        }
        String userName = userName(first.group("name"));
        String other = first.group("authzid");
        if (userName == null || other != null && !userName.equals(userName(other))) {
            return refused(userName == null ? "a user name that is not well-formed"
                    : "nobody may act for another user");
        }
        Credential credential = users.credential(mechanism, userName);
        String nonce = first.group("nonce") + serverNonce;
        String challenge = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(credential.salt())
                + ",i=" + credential.iterations();
        return new Continue(challenge.getBytes(UTF_8), new Challenged(credential, userName,
                first.group("header"), nonce, first.group("bare") + "," + challenge));
    }

    /** Judges the client's last message. */
    static Step last(Progress progress, byte[] data) {
        Challenged challenged = (Challenged) progress;
        Credential credential = challenged.credential;
        Mechanism mechanism = credential.mechanism();
        Matcher last = matcher(FINAL, data);
        byte[] proof = last == null ? null : base64(last.group("proof"));
        if (proof == null || proof.length != mechanism.keyBytes()) {
            return malformed("client-final-message");
        }
        String header = Base64.getEncoder().encodeToString(challenged.header.getBytes(UTF_8));
        if (!last.group("header").equals(header) || !last.group("nonce").equals(challenged.nonce)) {
            return refused("c= or r= of client-final-message does not follow from the messages before");
        }
        byte[] messages = (challenged.messages + "," + last.group("withoutProof")).getBytes(UTF_8);
        byte[] clientKey = mechanism.hmac(credential.storedKey(), messages);
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] ^= proof[i];
        }
        if (!MessageDigest.isEqual(mechanism.hash(clientKey), credential.storedKey())) {
            return WRONG;
        }
        byte[] signature = mechanism.hmac(credential.serverKey(), messages);
        return new Accepted(challenged.userName,
                ("v=" + Base64.getEncoder().encodeToString(signature)).getBytes(UTF_8));
    }

    private static Matcher matcher(Pattern pattern, byte[] data) {
        String text = data == null || data.length > MESSAGE_BYTES_MAX ? null : Utf8.decode(data);
        Matcher matcher = text == null ? null : pattern.matcher(text);
        return matcher != null && matcher.matches() ? matcher : null;
    }

    /** A saslname, with its =2C and =3D read, and prepared; or null if it is none. */
    private static String userName(String saslName) {
        return WRONG_ESCAPE.matcher(saslName).find() ? null
                : SaslPrep.prepare(saslName.replace("=2C", ",").replace("=3D", "="));
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static Refused malformed(String message) {
        return refused("Authentication Data is no " + message + " of SCRAM (RFC 5802) of up to "
                + MESSAGE_BYTES_MAX + " bytes");
    }

    private static Refused refused(String why) {
        return new Refused(ReasonCode.NOT_AUTHORIZED, why);
    }
}
