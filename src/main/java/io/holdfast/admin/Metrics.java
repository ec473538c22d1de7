package io.holdfast.admin;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** All metrics, as Prometheus reads them. */
final class Metrics implements AutoCloseable {
    /** The buckets of durations: from a turn with one message to a sync of a disk that is about to fail. */
    private static final Duration[] DURATIONS =
            LongStream.of(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000,
                    500_000, 1_000_000, 5_000_000).mapToObj(micros -> Duration.ofNanos(micros * 1_000))
                    .toArray(Duration[]::new);

    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024};
    private static final double[] CHANGES = {1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final Timer turns;
    private final Timer commits;
    private final DistributionSummary commitTurns;
    private final DistributionSummary commitChanges;

    /** @param version of the broker */
    Metrics(List<Reading> readings, String version) {
        turns = Timer.builder("holdfast.turn").serviceLevelObjectives(DURATIONS)
                .description("How long the core takes for a turn: to decide on all inputs that wait")
                .register(registry);
        commits = Timer.builder("holdfast.commit").serviceLevelObjectives(DURATIONS)
                .description("How long it takes to make what was decided durable, with the sync of the disk")
                .register(registry);
        commitTurns = DistributionSummary.builder("holdfast.commit.turns").serviceLevelObjectives(SIZES)
                .description("Turns that became durable in one commit").register(registry);
        commitChanges = DistributionSummary.builder("holdfast.commit.changes")
                .serviceLevelObjectives(CHANGES)
                .description("Changed rows that became durable in one commit").register(registry);
        readings.forEach(this::register);
        Gauge.builder("holdfast.build.info", () -> 1).tags("version", version)
                .description("Always 1; the label has the version").register(registry);
        bindProcess();
    }

    /** The registry refers to what is counted weakly: so to this object, which lives as long as it does. */
    private void register(Reading reading) {
        Tags tags = reading.label() == null ? Tags.empty() : Tags.of(reading.label(), reading.labelValue());
        if (reading.counts()) {
            FunctionCounter.builder(reading.name(), this, _ -> reading.value().getAsLong())
                    .baseUnit(reading.unit()).tags(tags).description(reading.meaning()).register(registry);
        } else {
            Gauge.builder(reading.name(), this, _ -> reading.value().getAsLong())
                    .baseUnit(reading.unit()).tags(tags).description(reading.meaning()).register(registry);
        }
    }

    private void bindProcess() {
        new JvmInfoMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
    }

    void turned(long nanos) {
        turns.record(nanos, TimeUnit.NANOSECONDS);
    }

    void committed(int turnCount, long changeCount, long nanos) {
        commits.record(nanos, TimeUnit.NANOSECONDS);
        commitTurns.record(turnCount);
        commitChanges.record(changeCount);
    }

    /** All of them now, in Prometheus's text format 0.0.4. */
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
