package io.holdfast.wire;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Packets as text with all their contents, byte arrays too: equal texts are equal packets. */
public final class PacketText {
    private PacketText() {}

    public static String of(Packet packet) {
        return text(packet);
    }

    private static String text(Object value) {
        return switch (value) {
            case null -> "null";
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case List<?> list -> list.stream().map(PacketText::text).toList().toString();
            case Properties properties -> text(properties.entries());
            case Record fields -> fields(fields);
            default -> value.toString();
        };
    }

    private static String fields(Record fields) {
        List<String> texts = new ArrayList<>();
        try {
            for (RecordComponent component : fields.getClass().getRecordComponents()) {
                texts.add(component.getName() + "=" + text(component.getAccessor().invoke(fields)));
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return fields.getClass().getSimpleName() + texts;
    }
}
