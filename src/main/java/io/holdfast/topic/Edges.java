package io.holdfast.topic;

import java.util.Arrays;

/**
 * The ways on from one branch, as an immutable-length array of pairs, ascending:
 *
 * <pre>
 *   | edge | filters | edge | filters | ...      edge = run * 4 + kind
 * </pre>
 *
 * An edge is a run of so many levels without wildcard and what comes after it: the filter's end, a {@code +},
 * or a {@code #}. The second number counts the filters that go this way; the edge lasts as long as there is
 * one.
 */
final class Edges {
    static final int[] NONE = {};

    /** The filter ends after the run. */
    static final int END = 0;
    /** After the run comes a level {@code +}, and another branch. */
    static final int PLUS = 1;
    /** After the run comes {@code #}. */
    static final int HASH = 2;

    private Edges() {}

    static int edge(int run, int kind) {
        return run << 2 | kind;
    }

    static int run(int edge) {
        return edge >>> 2;
    }

    static int kind(int edge) {
        return edge & 3;
    }

    /** The edges after one filter more goes along this edge: the same array, changed, or a longer one. */
    static int[] with(int[] edges, int edge) {
        int at = lowerBound(edges, edge);
        if (at < edges.length && edges[at] == edge) {
            edges[at + 1]++;
            return edges;
        }
        int[] longer = Arrays.copyOf(edges, edges.length + 2);
        System.arraycopy(edges, at, longer, at + 2, edges.length - at);
        longer[at] = edge;
        longer[at + 1] = 1;
        return longer;
    }

    /** The edges after one filter less goes along this edge: the same array, changed, or a shorter one. */
    static int[] without(int[] edges, int edge) {
        int at = lowerBound(edges, edge);
        if (at == edges.length || edges[at] != edge) {
            throw new IllegalStateException("no filter goes along edge " + edge);
        }
        if (--edges[at + 1] > 0) {
            return edges;
        }
        if (edges.length == 2) {
            return NONE;
        }
        int[] shorter = Arrays.copyOf(edges, edges.length - 2);
        System.arraycopy(edges, at + 2, shorter, at, edges.length - 2 - at);
        return shorter;
    }

    /** The index of the first pair whose edge is not less than this one. */
    private static int lowerBound(int[] edges, int edge) {
        int low = 0;
        int high = edges.length / 2;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (edges[2 * middle] < edge) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return 2 * low;
    }
}
