package io.holdfast.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One row of the {@link PacketTable}: bytes, and the packet that they are or the Reason Code that refuses
 * them.
 *
 * <p>The bytes are in hex, with three abbreviations: {@code 'a/b'} is a UTF-8 Encoded String with its length,
 * {@code ..} the Remaining Length, {@code [ ]} Properties with their Property Length.
 *
 * @param version the connection's version, which a CONNECT tells itself
 * @param packet what the bytes are, or null if they are refused
 * @param reason what they are refused with, or null
 * @param canonical whether the encoder writes this packet so; if not, the row is a permitted longer or odd
 *     form
 */
public record PacketRow(ProtocolVersion version, String hex, Packet packet, ReasonCode reason,
        boolean canonical, String description) {
    static final ProtocolVersion V31 = ProtocolVersion.MQTT_3_1;
    static final ProtocolVersion V311 = ProtocolVersion.MQTT_3_1_1;
    static final ProtocolVersion V5 = ProtocolVersion.MQTT_5;

    private static final Pattern TOKEN = Pattern.compile(
            "'([^']*)'|\\.\\.|\\[([^\\]]*)\\]|\\p{XDigit}{2}|\\s+");

    /** These bytes are this packet, and the packet is encoded to these bytes. */
    static PacketRow row(ProtocolVersion version, String hex, Packet packet, String description) {
        return new PacketRow(version, hex, packet, null, true, description);
    }

    /** These bytes are this packet, though it is encoded differently. */
    static PacketRow tolerated(ProtocolVersion version, String hex, Packet packet, String description) {
        return new PacketRow(version, hex, packet, null, false, description);
    }

    static PacketRow refused(ProtocolVersion version, String hex, ReasonCode reason, String description) {
        return new PacketRow(version, hex, null, reason, false, description);
    }

    public byte[] bytes() {
        int body = hex.indexOf("..");
        if (body < 0) {
            return bytes(hex);
        }
        byte[] head = bytes(hex.substring(0, body));
        byte[] rest = bytes(hex.substring(body + 2));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head);
        all.writeBytes(length(rest.length));
        all.writeBytes(rest);
        return all.toByteArray();
    }

    private static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Matcher token = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length()) {
            if (!token.find(end) || token.start() != end) {
                throw new IllegalArgumentException("not a row's notation: " + text.substring(end));
            }
            end = token.end();
            if (token.group(1) != null) {
                byte[] string = token.group(1).getBytes(UTF_8);
                out.write(string.length >>> 8);
                out.write(string.length);
                out.writeBytes(string);
            } else if (token.group(2) != null) {
                byte[] properties = bytes(token.group(2));
                out.writeBytes(length(properties.length));
                out.writeBytes(properties);
            } else if (!token.group().isBlank()) {
                out.writeBytes(HexFormat.of().parseHex(token.group()));
            }
        }
        return out.toByteArray();
    }

    private static byte[] length(int bytes) {
        return bytes < 0x80
                ? new byte[] {(byte) bytes}
                : new byte[] {(byte) (bytes | 0x80), (byte) (bytes >>> 7)};
    }

    @Override
    public String toString() {
        return version + " " + description + ": " + hex;
    }
}
