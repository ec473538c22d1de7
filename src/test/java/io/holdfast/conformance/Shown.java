package io.holdfast.conformance;

/** What one test says about one statement: a line of {@link ClauseListener}'s files. */
record Shown(Standard standard, String id, String test, boolean passed) {
    static Shown of(String line) {
        String[] columns = line.split("\t");
        return new Shown(Standard.valueOf(columns[0]), columns[1], columns[2],
                Boolean.parseBoolean(columns[3]));
    }

    String line() {
        return String.join("\t", standard.name(), id, test, Boolean.toString(passed));
    }
}
