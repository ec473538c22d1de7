package io.holdfast.tools.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Up to three lines over time, as an SVG drawing in the colours of the page around it. */
final class Plot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 240;
    private static final int LEFT = 80;
    private static final int RIGHT = 10;
    private static final int TOP = 30;
    private static final int BOTTOM = 30;
    private static final int GRID_LINES = 4;
    /** Lines have no more points than can be told apart; of those in one place, the highest is drawn. */
    private static final int POINTS_MAX = 400;

    private record Point(double seconds, double value) {}

    private final String title;
    private final boolean logarithmic;
    private final Map<String, List<Point>> lines = new LinkedHashMap<>();

    /** @param logarithmic whether each line of the grid is so many times the one below */
    Plot(String title, boolean logarithmic) {
        this.title = title;
        this.logarithmic = logarithmic;
    }

    void add(String line, double seconds, double value) {
        lines.computeIfAbsent(line, _ -> new ArrayList<>()).add(new Point(seconds, value));
    }

    String svg() {
        double end = points().mapToDouble(Point::seconds).max().orElse(1);
        double max = points().mapToDouble(Point::value).max().orElse(1);
        double least = points().mapToDouble(Point::value).filter(value -> value > 0).min().orElse(1);
        double high = max > 0 ? max * 1.05 : 1;
        double low = logarithmic ? Math.min(least, high / 2) : 0;
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
                .formatted(WIDTH, HEIGHT, HtmlReport.escaped(title)));
        text(svg, LEFT, TOP - 12, "start", "", title);
        for (int i = 0; i <= GRID_LINES; i++) {
            double part = (double) i / GRID_LINES;
            double value = logarithmic ? low * Math.pow(high / low, part) : high * part;
            double y = y(value, low, high);
            svg.append(String.format(Locale.ROOT, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" "
                    + "y2=\"%.1f\"/>\n", LEFT, WIDTH - RIGHT, y, y));
            text(svg, LEFT - 8, y + 4, "end", "", Report.number(value));
            text(svg, x(end * part, end), HEIGHT - 8, i == GRID_LINES ? "end" : "middle", "",
                    Report.number(end * part) + " s");
        }
        char style = 'a';
        for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
            polyline(svg, style, thinned(line.getValue()), end, low, high);
            if (lines.size() > 1) {
                text(svg, WIDTH - RIGHT - 50.0 * ('c' - style), TOP - 12, "end", "k" + style, line.getKey());
            }
            style++;
        }
        return svg.append("</svg>\n").toString();
    }

    private Stream<Point> points() {
        return lines.values().stream().flatMap(List::stream);
    }

    private void polyline(StringBuilder svg, char style, List<Point> points, double end, double low,
            double high) {
        svg.append("<polyline class=\"").append(style).append("\" points=\"");
        for (Point point : points) {
            svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.seconds, end),
                    y(point.value, low, high)));
        }
        svg.append("\"/>\n");
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String style,
            String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s"
                + "</text>\n", x, y, anchor, style, HtmlReport.escaped(text)));
    }

    private static double x(double seconds, double end) {
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / end;
    }

    private double y(double value, double low, double high) {
        double part = logarithmic
                ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
                : value / high;
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part;
    }

    private static List<Point> thinned(List<Point> points) {
        int each = (points.size() + POINTS_MAX - 1) / POINTS_MAX;
        List<Point> few = new ArrayList<>();
        for (int i = 0; i < points.size(); i += each) {
            List<Point> near = points.subList(i, Math.min(points.size(), i + each));
            double value = near.stream().mapToDouble(Point::value).max().orElseThrow();
            few.add(new Point(near.getLast().seconds, value));
        }
        return few;
    }
}
