package io.holdfast.wire;

import io.holdfast.mqtt.Properties;
import java.nio.ByteBuffer;

/** Placeholder for the layout: Properties as bytes (MQTT 5.0, section 2.2.2), without the Property Length. */
public final class PropertyCodec {
    private PropertyCodec() {}

    /** The bytes that {@link #write} will take. */
    public static int size(Properties properties) {
        throw new UnsupportedOperationException();
    }

    /** Writes the properties at the buffer's position. */
    public static void write(Properties properties, ByteBuffer to) {
        throw new UnsupportedOperationException();
    }

    /** Reads properties up to the buffer's limit; any packet's, repeated ones only where the standard allows it. */
    public static Properties read(ByteBuffer from) {
        throw new UnsupportedOperationException();
    }
}
