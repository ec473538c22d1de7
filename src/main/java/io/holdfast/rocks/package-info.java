/**
 * The store on disk: the core's rows in RocksDB. {@code storage-format.md} describes every byte.
 *
 * <p>What looks wrong and is not:
 *
 * <ul>
 *   <li>Readers of a log ignore range deletes ({@code RowReader.log}). A range delete in the memtable slows
 *       every new iterator after it, and no cursor stands below what was trimmed. The reader of single
 *       entries does respect them.
 *   <li>Short runs of entries are deleted one by one, although one range delete would do: see above.
 *   <li>There is a row that says how far a log was trimmed, although its first entry says so too. Looking for
 *       the first entry means passing over every deleted one, for half a second at a million of them.
 *   <li>Recovery walks backwards. Seen from behind, the last entry of a log is the first one met, and the
 *       graves before the first entry are never met.
 *   <li>Write-ahead log files are not recycled ({@code recycle_log_file_num} is 0). It is said to go together
 *       with point-in-time recovery again, but a recycled file ends in old records, which recovery then tells
 *       from damage by sequence numbers alone. Not to have it costs a third of the latency of messages that
 *       come one by one (bench/README.md).
 *   <li>The commit mark is written after the sync and is not synced itself. It must never be ahead of the
 *       truth; behind it, it may be.
 *   <li>What was trimmed is compacted by hand, but only when the disk is short of space: see {@code DiskUse}.
 *   <li>Readers pass over what is damaged and change nothing about it. It is mended at the next start, when
 *       the core holds nothing that could rest on it; only files are mended at once if a compaction met them,
 *       for RocksDB takes no more writes then.
 *   <li>RocksDB's repair is called by its C interface, through {@code java.lang.foreign}: its Java interface
 *       has none, and nothing else makes a manifest out of tables.
 *   <li>{@code StoreFolder} holds static state: a POSIX lock belongs to the process, so what is locked does
 *       too.
 *   <li>Text is encoded without looking for unpaired surrogates. The decoder of packets has refused them
 *       [MQTT-1.5.4-1].
 * </ul>
 */
package io.holdfast.rocks;
