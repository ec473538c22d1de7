package io.holdfast.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Properties.UserProperty;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Properties as the store keeps them: without a Property Length and without a packet. */
final class PropertyCodecTest {
    @Test
    void propertiesOfEveryTypeAreTheirBytesAndBack() {
        Properties properties = Properties.of(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                .with(Property.TOPIC_ALIAS, 2)
                .with(Property.MESSAGE_EXPIRY_INTERVAL, 4_000_000_000L)
                .with(Property.SUBSCRIPTION_IDENTIFIER, 300)
                .with(Property.SUBSCRIPTION_IDENTIFIER, 1)
                .with(Property.CONTENT_TYPE, "\u00fc")
                .with(Property.USER_PROPERTY, new UserProperty("k", "v"))
                .with(Property.CORRELATION_DATA, new byte[] {7});
        ByteBuffer bytes = ByteBuffer.allocate(PropertyCodec.size(properties));
        PropertyCodec.write(properties, bytes);
        assertEquals("0101" + "230002" + "02ee6b2800" + "0bac02" + "0b01" + "030002c3bc" + "2600016b000176"
                + "09000107",
                HexFormat.of().formatHex(bytes.array()));
        Properties read = PropertyCodec.read(bytes.flip());
        assertEquals(0, bytes.remaining());
        assertEquals(PropertyCodec.size(properties), PropertyCodec.size(read));
        assertEquals(4_000_000_000L, read.integer(Property.MESSAGE_EXPIRY_INTERVAL, 0));
        assertEquals(properties.entries().size(), read.entries().size());
    }

    @Test
    void noBytesAreNoProperties() {
        assertEquals(0, PropertyCodec.size(Properties.NONE));
        assertSame(Properties.NONE, PropertyCodec.read(ByteBuffer.allocate(0)));
    }

    @Test
    void readingEndsAtTheLimit() {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex("ff0101ff")).position(1).limit(3);
        assertEquals(1, PropertyCodec.read(bytes).integer(Property.PAYLOAD_FORMAT_INDICATOR, 0));
        assertEquals(3, bytes.position());
    }

    @Test
    void aRepeatedPropertyIsRefused() {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex("01010101"));
        MalformedPacketException refusal = assertThrows(MalformedPacketException.class,
                () -> PropertyCodec.read(bytes));
        assertEquals(ReasonCode.PROTOCOL_ERROR, refusal.reason());
    }
}
