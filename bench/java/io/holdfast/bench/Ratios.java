package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code bench/check} prints: of each benchmark that both commits have, the median scores, and the ratio
 * of changed to base, the median of the rounds and its least and greatest. A change is told from noise only
 * if all rounds agree on which is the better.
 *
 * <p>Reads {@code base-ROUND.csv} and {@code changed-ROUND.csv}, as JMH writes them, from a folder.
 */
public final class Ratios {
    private static final int SCORE = 4;
    private static final int UNIT = 6;
    private static final int FIRST_PARAMETER = 7;

    private record Benchmark(String name, String unit) {}

    private Ratios() {}

    /** @param arguments the folder, and the number of rounds */
    public static void main(String[] arguments) throws IOException {
        Map<Benchmark, List<Double>> base = new LinkedHashMap<>();
        Map<Benchmark, List<Double>> changed = new LinkedHashMap<>();
        for (int round = 1; round <= Integer.parseInt(arguments[1]); round++) {
            read(Path.of(arguments[0], "base-" + round + ".csv"), base);
            read(Path.of(arguments[0], "changed-" + round + ".csv"), changed);
        }
        System.out.println("| benchmark | base | changed | unit | changed / base | least to greatest | |");
        System.out.println("|---|---|---|---|---|---|---|");
        base.keySet().retainAll(changed.keySet());
        base.forEach((benchmark, scores) -> print(benchmark, scores, changed.get(benchmark)));
    }

    private static void read(Path file, Map<Benchmark, List<Double>> scores) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] titles = fields(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = fields(line);
            StringBuilder name = new StringBuilder(fields[0].substring(1 + fields[0].lastIndexOf('.',
                    fields[0].lastIndexOf('.') - 1)));
            for (int i = FIRST_PARAMETER; i < fields.length; i++) {
                name.append(titles[i].replace("Param: ", " ")).append('=').append(fields[i]);
            }
            Benchmark benchmark = new Benchmark(name.toString(), fields[UNIT]);
            scores.computeIfAbsent(benchmark, _ -> new ArrayList<>()).add(Double.valueOf(fields[SCORE]));
        }
    }

    /** No field that we have has a comma or a quotation mark in it. */
    private static String[] fields(String line) {
        return line.replace("\"", "").split(",", -1);
    }

    private static void print(Benchmark benchmark, List<Double> base, List<Double> changed) {
        double[] ratios = new double[Math.min(base.size(), changed.size())];
        Arrays.setAll(ratios, round -> changed.get(round) / base.get(round));
        Arrays.sort(ratios);
        double least = ratios[0];
        double greatest = ratios[ratios.length - 1];
        boolean moreIsBetter = benchmark.unit().startsWith("ops/");
        String verdict = least > 1 ? (moreIsBetter ? "better" : "worse")
                : greatest < 1 ? (moreIsBetter ? "worse" : "better") : "no difference told";
        System.out.printf("| %s | %.4g | %.4g | %s | %.2f | %.2f to %.2f | %s |%n", benchmark.name(),
                median(base), median(changed), benchmark.unit(), median(ratios), least, greatest, verdict);
    }

    private static double median(List<Double> values) {
        return median(values.stream().mapToDouble(Double::doubleValue).sorted().toArray());
    }

    /** The median of sorted values. */
    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
