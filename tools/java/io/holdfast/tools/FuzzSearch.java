package io.holdfast.tools;

import io.holdfast.system.FuzzTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One search by Jazzer, in a process of its own, of which little of what it says is told. Only our own
 * classes are traced, and Jazzer's detectors are off: they look for what a broker does not do, and one breaks
 * Netty's queues.
 */
final class FuzzSearch {
    private static final int INPUT_BYTES_MAX = 2_048;
    /** An input that takes longer is a finding; the first one loads and instruments all classes. */
    private static final int INPUT_SECONDS_MAX = 300;
    private static final long MILLIS_BETWEEN_LINES = 10_000;

    private static final Pattern STATE = Pattern.compile(
            "#(\\d+)\\s+\\w+\\s+cov: (\\d+) ft: \\d+ corp: (\\d+)/.*");
    private static final Pattern NOISE = Pattern.compile(
            "#.*|INFO: .*|\".*# Uses: .*|Done .*|DEDUP_TOKEN: .*|.* Sharing is only supported .*|\\s*");
    /** What follows on the exception of a finding is its bytes, in several ways. */
    private static final Pattern INPUT = Pattern.compile("== libFuzzer crashing input ==|MS: .*");
    private static final Pattern STORED = Pattern.compile(".*Test unit written to (.*)");

    private final FuzzTarget target;
    private final Path known;
    private final Path findings;
    private final Path seeds;
    private final long startMillis = System.currentTimeMillis();
    private long toldMillis = startMillis;
    private String executions = "0";
    private String state = "";

    /** @param folder of what is known from former searches, and what is found */
    FuzzSearch(FuzzTarget target, Path folder) throws IOException {
        this.target = target;
        known = Files.createDirectories(folder.resolve(target.toString()));
        findings = Files.createDirectories(folder.resolve(target + "-findings"));
        seeds = Files.createDirectories(folder.resolve(target + "-seeds"));
    }

    /** Searches for at most so many seconds and executions; returns whether nothing was found. */
    boolean run(int seconds, int runs, int seed) throws IOException, InterruptedException {
        List<byte[]> corpus = target.corpus();
        for (int i = 0; i < corpus.size(); i++) {
            Files.write(seeds.resolve("seed-" + i), corpus.get(i));
        }
        System.out.printf("%s: from %,d inputs and what is in %s, seed %d%n", target, corpus.size(), known,
                seed);
        Process process = new ProcessBuilder(command(seconds, runs, seed)).redirectErrorStream(true).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Path stored;
        try (BufferedReader lines = process.inputReader()) {
            stored = listen(lines);
        }
        boolean sound = process.waitFor() == 0 && stored == null;
        tellState();
        if (stored != null) {
            System.out.printf("%s: stored in %s, and to be kept as a .hex file in %s: %s%n", target, stored,
                    target.regressions(), HexFormat.of().formatHex(Files.readAllBytes(stored)));
        }
        System.out.printf("%s: %s executions: %s%n", target, executions,
                sound ? "nothing was found" : "FAILED");
        return sound;
    }

    private List<String> command(int seconds, int runs, int seed) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer", "--target_class=" + target.judge().getName(),
                "--instrumentation_includes=io.holdfast.**", "--custom_hook_includes=io.holdfast.**",
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.**",
                "--reproducer_path=" + findings, "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + seconds, "-runs=" + runs, "-seed=" + seed,
                "-max_len=" + INPUT_BYTES_MAX, "-timeout=" + INPUT_SECONDS_MAX,
                "-report_slow_units=" + INPUT_SECONDS_MAX, "-rss_limit_mb=0", known.toString(),
                seeds.toString());
    }

    /** Returns the file of the input that failed, or null if none did. */
    private Path listen(BufferedReader lines) throws IOException {
        Path stored = null;
        boolean telling = true;
        for (String line; (line = lines.readLine()) != null;) {
            Matcher counted = STATE.matcher(line);
            Matcher written = STORED.matcher(line);
            telling &= !INPUT.matcher(line).matches();
            if (counted.matches()) {
                note(counted);
            } else if (written.matches()) {
                stored = Path.of(written.group(1));
            } else if (telling && !NOISE.matcher(line).matches()) {
                System.out.println(line);
            }
        }
        return stored;
    }

    private void note(Matcher counted) {
        executions = "%,d".formatted(Long.parseLong(counted.group(1)));
        state = "%s branches, %s inputs".formatted(counted.group(2), counted.group(3));
        if (System.currentTimeMillis() - toldMillis >= MILLIS_BETWEEN_LINES) {
            tellState();
        }
    }

    private void tellState() {
        toldMillis = System.currentTimeMillis();
        System.out.printf("%s: %d s, %s executions, %s%n", target, (toldMillis - startMillis) / 1_000,
                executions, state);
    }
}
