package io.holdfast.tools.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * One timed part of a run.
 *
 * @param unit what was counted, as in "messages"
 * @param latencyOf what the latencies are of
 * @param stalled whether it ended because nothing came any more
 * @param cpuSeconds of the broker; NaN if its process is not known, as -1 for the bytes
 */
record Phase(String name, String unit, long count, long nanos, String latencyOf, Histogram latencies,
        List<Meter.Tick> ticks, boolean stalled, double cpuSeconds, double ownCpuSeconds, long residentBytes,
        long residentBytesMore, long writtenBytes) {

    double seconds() {
        return nanos / 1e9;
    }

    double perSecond() {
        return count / seconds();
    }

    double cpuSecondsPerMillion() {
        return cpuSeconds * 1e6 / Math.max(1, count);
    }

    double ownCpuSecondsPerMillion() {
        return ownCpuSeconds * 1e6 / Math.max(1, count);
    }

    double writtenBytesEach() {
        return writtenBytes < 0 ? Double.NaN : (double) writtenBytes / Math.max(1, count);
    }

    double millis(double percentile) {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percentile) / 1e6;
    }
}
