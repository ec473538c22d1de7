package io.holdfast.topic;

import java.util.Arrays;

/**
 * What filters with wildcards look like without their texts: a node in the tree of their paths, of which an
 * index has one. Those that end in {@code +} are the shapes of branches, the others those of filters. There
 * are few, however many filters there are, because filters are written to patterns.
 */
final class Shape {
    private static final Shape[] NONE = {};

    /** The filter ends after the run. */
    static final int END = 0;
    /** After the run comes a level {@code +}, and the shapes next. */
    static final int PLUS = 1;
    /** After the run comes {@code #}. */
    static final int HASH = 2;

    private final Shape parent;
    private final int edge;
    private int count;
    private Shape[] next = NONE;

    private Shape(Shape parent, int edge) {
        this.parent = parent;
        this.edge = edge;
    }

    static Shape root() {
        return new Shape(null, 0);
    }

    /** The levels without wildcard from the last {@code +}, or from the beginning, to what ends the run. */
    int run() {
        return edge >>> 2;
    }

    /** What ends the run. */
    int kind() {
        return edge & 3;
    }

    /** The shapes that go on from here, those with the shorter runs first. */
    Shape[] next() {
        return next;
    }

    /** Of a branch, the number of shapes beyond it; of filters, their number. */
    int count() {
        return count;
    }

    /** The shape that goes on from here by such a run, which is made if there is none. */
    Shape next(int run, int kind) {
        int wanted = run << 2 | kind;
        int at = lowerBound(wanted);
        if (at == next.length || next[at].edge != wanted) {
            next = Arrays.copyOf(next, next.length + 1);
            System.arraycopy(next, at, next, at + 1, next.length - 1 - at);
            next[at] = new Shape(this, wanted);
        }
        return next[at];
    }

    /** Counts in one filter of this shape. */
    void add() {
        int made = ++count == 1 ? 1 : 0;
        for (Shape shape = parent; shape != null && made > 0; shape = shape.parent) {
            boolean isMade = shape.count == 0;
            shape.count += made;
            made += isMade ? 1 : 0;
        }
    }

    /** Counts out one filter of this shape; a shape that no filter has any more is dropped. */
    void remove() {
        int dropped = --count == 0 ? 1 : 0;
        Shape below = this;
        for (Shape shape = parent; shape != null && dropped > 0; shape = shape.parent) {
            if (below.count == 0) {
                shape.drop(below);
            }
            shape.count -= dropped;
            dropped += shape.count == 0 ? 1 : 0;
            below = shape;
        }
    }

    private void drop(Shape shape) {
        int at = lowerBound(shape.edge);
        Shape[] fewer = Arrays.copyOf(next, next.length - 1);
        System.arraycopy(next, at + 1, fewer, at, fewer.length - at);
        next = fewer;
    }

    /** The index of the first shape next whose edge is not less than this one. */
    private int lowerBound(int wanted) {
        int low = 0;
        int high = next.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (next[middle].edge < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
