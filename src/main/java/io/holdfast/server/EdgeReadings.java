package io.holdfast.server;

import io.holdfast.admin.Reading;
import io.holdfast.broker.Store;
import io.holdfast.netty.Intake;
import io.holdfast.netty.Network;
import java.util.ArrayList;
import java.util.List;

/** What is measured at the edges, by whoever asks for it. */
final class EdgeReadings {
    private EdgeReadings() {}

    static List<Reading> of(Intake intake, Network network, Store store, Memory memory) {
        List<Reading> readings = new ArrayList<>();
        List<String> urls = network.urls();
        for (int i = 0; i < urls.size(); i++) {
            int listener = i;
            readings.add(Reading.gauge("holdfast.connections.open", null,
                    "Network connections that are open, by listener", () -> network.open(listener))
                    .of("listener", urls.get(i)));
            readings.add(Reading.counter("holdfast.connections.accepted", null,
                    "Network connections accepted, by listener", () -> network.accepted(listener))
                    .of("listener", urls.get(i)));
        }
        readings.add(Reading.gauge("holdfast.intake.held", "bytes",
                "Inputs that the core has not decided on, or whose turns are not durable yet",
                intake::heldBytes));
        readings.add(Reading.gauge("holdfast.event.loops.pending", "tasks",
                "Tasks that wait for the threads of the network", network::pendingTasks));
        readings.add(Reading.counter("holdfast.store.background.errors", null,
                "Writes in the background that failed and were tried again", store::backgroundErrors));
        readings.add(Reading.counter("holdfast.log.client.lines.omitted", null,
                "Lines about clients that were left out of the log because it was not read as fast",
                ClientLines::omittedOfAll));
        readings.add(limit("total", memory.totalBytes()));
        readings.add(limit("heap", memory.heapBytes()));
        readings.add(limit("network", memory.directBytes()));
        readings.add(limit("store", memory.storeBytes()));
        return readings;
    }

    private static Reading limit(String part, long bytes) {
        return Reading.gauge("holdfast.memory.limit", "bytes", "Memory that the broker may take (total), and"
                + " what of it is for the Java heap (heap), network buffers (network), and the store beside"
                + " the heap (store)", () -> bytes).of("part", part);
    }
}
