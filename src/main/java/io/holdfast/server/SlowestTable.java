package io.holdfast.server;

import io.holdfast.broker.Lag;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The slowest subscribers as lines of columns. */
final class SlowestTable {
    private static final double MILLIS = 1_000;
    private static final String COLUMNS = "%12s %14s %12s %12s %14s  %s";

    private SlowestTable() {}

    static List<String> of(HoldfastServer broker, int clientsMax)
            throws InterruptedException, Request.RefusedException {
        try {
            return of(broker.inquiry().slowest(clientsMax), broker);
        } catch (TimeoutException _) {
            throw new Request.RefusedException("the core of the broker has not answered in time; its log and"
                    + " /health/live say more");
        }
    }

    private static List<String> of(List<Lag> slowest, HoldfastServer broker) {
        List<String> lines = new ArrayList<>();
        if (slowest.isEmpty()) {
            lines.add("no connected subscriber has been behind for a second");
            return lines;
        }
        lines.add(COLUMNS.formatted("slow for s", "no ack for s", "in flight", "waiting", "unsent bytes",
                "client"));
        for (Lag lag : slowest) {
            StringBuilder client = new StringBuilder();
            LogLine.append("client", lag.clientId(), client);
            lines.add(COLUMNS.formatted(seconds(lag.slowMillis()), seconds(lag.quietMillis()),
                    lag.inFlight() + "/" + lag.inFlightMax(), "%,d".formatted(lag.waiting()),
                    "%,d".formatted(broker.unsentBytes(lag.connectionId())),
                    client + (lag.isBlocked() ? " does not read" : "")));
        }
        return lines;
    }

    private static String seconds(long millis) {
        return "%,.1f".formatted(millis / MILLIS);
    }
}
