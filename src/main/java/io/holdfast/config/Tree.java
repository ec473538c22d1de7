package io.holdfast.config;

import java.util.List;

/** What stands in a file in YAML, and where. */
sealed interface Tree {
    /** Line and column, from 1. */
    record Mark(int line, int column) {}

    /** What a scalar is, by the core schema of YAML 1.2. */
    enum Kind { TEXT, WHOLE_NUMBER, FRACTION, SWITCH, NOTHING }

    record Scalar(Mark mark, Kind kind, String text) implements Tree {}

    record Sequence(Mark mark, List<Tree> items) implements Tree {}

    record Mapping(Mark mark, List<Entry> entries) implements Tree {}

    /** @param name in a mapping; another one may be the same */
    record Entry(Mark mark, String name, Tree value) {}

    Mark mark();

    /** What it is, in words, if it is not what it should be. */
    default String told() {
        return switch (this) {
            case Scalar(_, Kind kind, String text) -> switch (kind) {
                case TEXT -> "the text \"" + text + "\"";
                case WHOLE_NUMBER, FRACTION -> "the number " + text;
                case SWITCH -> text;
                case NOTHING -> "without a value";
            };
            case Sequence _ -> "a list";
            case Mapping _ -> "a map";
        };
    }
}
