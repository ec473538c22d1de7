package io.holdfast.security;

import java.text.Normalizer;

/**
 * Makes user names and passwords that look the same be the same, as SASLprep (RFC 4013) does: spaces of other
 * scripts become plain ones, what is commonly mapped to nothing goes, and the rest is normalised (NFKC).
 * Control and format characters, private use, surrogates, and what is no character, or none yet, are
 * prohibited.
 *
 * <p>What is not done: the check of bidirectional text (RFC 3454, section 6), and the restriction to Unicode
 * 3.2, whose tables RFC 4013 is bound to. The Unicode version is that of the Java runtime, so a client that
 * keeps to 3.2 prepares some younger characters differently.
 */
final class SaslPrep {
    private SaslPrep() {}

    /** The text as it is compared, or null if it is empty then, or has characters that are prohibited. */
    static String prepare(String text) {
        StringBuilder mapped = new StringBuilder(text.length());
        text.codePoints().filter(c -> !isNothing(c))
                .forEach(c -> mapped.appendCodePoint(Character.getType(c) == Character.SPACE_SEPARATOR
                        ? ' ' : c));
        String prepared = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        return prepared.isEmpty() || prepared.codePoints().anyMatch(SaslPrep::isProhibited) ? null : prepared;
    }

    /** RFC 3454, table B.1. */
    private static boolean isNothing(int c) {
        return c == 0x00AD || c == 0x034F || c == 0x1806 || c >= 0x180B && c <= 0x180D
                || c >= 0x200B && c <= 0x200D || c == 0x2060 || c >= 0xFE00 && c <= 0xFE0F || c == 0xFEFF;
    }

    /** RFC 3454, tables A.1, and C.2.1 to C.9. */
    private static boolean isProhibited(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE,
                    Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> c >= 0x2FF0 && c <= 0x2FFB || c == 0xFFFC || c == 0xFFFD;
        };
    }
}
