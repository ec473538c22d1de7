package io.holdfast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs each benchmark of bench/ for a moment, so that none can rot. The times mean nothing. */
class BenchmarksRunIT {
    private static final TimeValue MOMENT = TimeValue.milliseconds(5);

    /** A benchmark elsewhere on the machine need not wait for this test, nor this test for it. */
    @BeforeAll
    static void ignoreTheLockOfTheMachine() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void everyBenchmarkRuns() throws RunnerException {
        Set<BenchmarkListEntry> benchmarks = benchmarks();
        assertFalse(benchmarks.isEmpty(), "no benchmark in META-INF/BenchmarkList");
        for (BenchmarkListEntry benchmark : benchmarks) {
            Collection<RunResult> results = new Runner(shortRun(benchmark)).run();
            assertEquals(1, results.size(), benchmark.getUsername());
        }
    }

    @Test
    void aBenchmarkThatThrowsIsNoticed() {
        Options failing = quick().include("MatchingBenchmark").param("filters", "not a number").build();
        assertThrows(RunnerException.class, () -> new Runner(failing).run());
    }

    private static Set<BenchmarkListEntry> benchmarks() {
        return new TreeSet<>(BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of()));
    }

    /** With the first value of each parameter: by custom the smallest. */
    private static Options shortRun(BenchmarkListEntry benchmark) {
        String name = benchmark.getUsername();
        ChainedOptionsBuilder options = quick().include("^" + name.replace(".", "\\.") + "$");
        benchmark.getParams().orElse(Map.of())
                .forEach((parameter, values) -> options.param(parameter, values[0]));
        return options.build();
    }

    private static ChainedOptionsBuilder quick() {
        return new OptionsBuilder().forks(0).warmupIterations(0).measurementIterations(1)
                .measurementTime(MOMENT).shouldFailOnError(true).verbosity(VerboseMode.SILENT);
    }
}
