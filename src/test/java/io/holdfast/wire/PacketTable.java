package io.holdfast.wire;

import java.util.List;
import java.util.stream.Stream;

/**
 * The one table of packets that decoder, encoder and fuzzer eat: every packet, every property, every
 * malformation, each with its version and, in its description, its clause. Clauses are those of MQTT 5.0 in
 * rows of 5.0, and those of 3.1.1 in the others.
 */
public final class PacketTable {
    /** The maximum under which the rows are decoded. */
    static final int PACKET_BYTES_MAX = 1024;

    private PacketTable() {}

    static List<PacketRow> rows() {
        return Stream.of(FixedHeaderRows.rows(), ConnectRows.rows(), ConnackRows.rows(), PublishRows.rows(),
                        AcknowledgementRows.rows(), SubscriptionRows.rows(), ClosingRows.rows(),
                        PropertyRows.rows())
                .flatMap(List::stream)
                .toList();
    }

    /** The bytes of all rows. */
    public static List<byte[]> bytes() {
        return rows().stream().map(PacketRow::bytes).toList();
    }

    static List<PacketRow> valid() {
        return rows().stream().filter(row -> row.packet() != null).toList();
    }

    static List<PacketRow> canonical() {
        return rows().stream().filter(PacketRow::canonical).toList();
    }

    public static List<PacketRow> refused() {
        return rows().stream().filter(row -> row.reason() != null).toList();
    }
}
