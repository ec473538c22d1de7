package io.holdfast.rocks;

import io.holdfast.mqtt.Properties;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What a row means, on one line: as in the examples of {@code storage-format.md}, or as JSON. */
final class RowText {
    private static final int PREVIEW_BYTES_MAX = 32;

    private final StringBuilder line = new StringBuilder();

    private RowText() {}

    static String text(Record row) {
        RowText text = new RowText();
        text.append(row);
        return text.line.toString();
    }

    /** The text without characters that do not belong on a line. */
    static String printable(String text) {
        RowText printable = new RowText();
        printable.appendPrintable(text);
        return printable.line.toString();
    }

    static String json(RowKind kind, Record row) {
        RowText text = new RowText();
        text.line.append("{\"kind\":");
        text.quote(kind.word);
        text.line.append(",\"means\":");
        text.quote(row.getClass().getSimpleName());
        text.appendMembers(row);
        return text.line.append('}').toString();
    }

    private void append(Object value) {
        switch (value) {
            case Record row -> appendRecord(row);
            case Properties properties -> appendList(properties.entries());
            case List<?> list -> appendList(list);
            case byte[] bytes -> appendBytes(bytes);
            case null -> line.append("null");
            default -> appendPrintable(String.valueOf(value));
        }
    }

    private void appendRecord(Record row) {
        line.append(row.getClass().getSimpleName());
        char before = '[';
        for (RecordComponent component : row.getClass().getRecordComponents()) {
            line.append(before == '[' ? "[" : ", ").append(component.getName()).append('=');
            append(valueOf(component, row));
            before = ',';
        }
        line.append(']');
    }

    private void appendList(List<?> list) {
        line.append('[');
        for (int i = 0; i < list.size(); i++) {
            line.append(i == 0 ? "" : ", ");
            append(list.get(i));
        }
        line.append(']');
    }

    private void appendJson(Object value) {
        switch (value) {
            case Record row -> {
                line.append("{\"type\":");
                quote(row.getClass().getSimpleName());
                appendMembers(row);
                line.append('}');
            }
            case Properties properties -> appendJsonList(properties.entries());
            case List<?> list -> appendJsonList(list);
            case byte[] bytes -> {
                byte[] start = start(bytes);
                line.append("{\"bytes\":").append(bytes.length);
                line.append(isPrintable(start) ? ",\"text\":" : ",\"hex\":");
                quote(shown(start));
                line.append('}');
            }
            case Number number -> line.append(number);
            case Boolean flag -> line.append(flag);
            case null -> line.append("null");
            default -> quote(String.valueOf(value));
        }
    }

    private void appendMembers(Record row) {
        for (RecordComponent component : row.getClass().getRecordComponents()) {
            line.append(',');
            quote(component.getName());
            line.append(':');
            appendJson(valueOf(component, row));
        }
    }

    private void appendJsonList(List<?> list) {
        line.append('[');
        for (int i = 0; i < list.size(); i++) {
            line.append(i == 0 ? "" : ",");
            appendJson(list.get(i));
        }
        line.append(']');
    }

    private void quote(String text) {
        line.append('"');
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else {
                appendPrintable(c);
            }
        }
        line.append('"');
    }

    private void appendPrintable(String text) {
        for (char c : text.toCharArray()) {
            appendPrintable(c);
        }
    }

    private void appendPrintable(char c) {
        if (Character.isISOControl(c) || Character.isSurrogate(c)) {
            line.append("\\u%04x".formatted((int) c));
        } else {
            line.append(c);
        }
    }

    private void appendBytes(byte[] bytes) {
        byte[] start = start(bytes);
        String quote = isPrintable(start) ? "'" : "";
        line.append(bytes.length).append(" bytes");
        if (start.length > 0) {
            line.append(' ').append(quote).append(shown(start)).append(quote);
        }
        line.append(start.length < bytes.length ? "..." : "");
    }

    private static byte[] start(byte[] bytes) {
        return Arrays.copyOf(bytes, Math.min(bytes.length, PREVIEW_BYTES_MAX));
    }

    /** As text where it is printable ASCII, else in hex. */
    private static String shown(byte[] start) {
        return isPrintable(start) ? new String(start, StandardCharsets.US_ASCII)
                : HexFormat.of().formatHex(start);
    }

    private static boolean isPrintable(byte[] bytes) {
        for (byte b : bytes) {
            if (b < ' ' || b == 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static Object valueOf(RecordComponent component, Record row) {
        try {
            return component.getAccessor().invoke(row);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component + " of a record", e);
        }
    }
}
