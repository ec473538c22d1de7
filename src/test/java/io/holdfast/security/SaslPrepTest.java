package io.holdfast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslPrepTest {
    /** The first five are those of RFC 4013, section 3. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            I\u00ADX,            IX
            user,                user
            USER,                USER
            \u00AA,              a
            \u2168,              IX
            a\u00A0b,            a b
            p\u200Den\uFE0Fcil,  pencil
            \uFF55ser,           user
            e\u0301,             \u00E9
            """)
    void whatLooksTheSameBecomesTheSame(String text, String prepared) {
        assertEquals(prepared, SaslPrep.prepare(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u00AD", "\u0007", "a\nb", "\u007F", "\uE000", "\uFFFD", "\u202E", "\u2028",
        "\uD83F\uDFFE", "\u06DD"})
    void whatIsEmptyOrProhibitedIsNoText(String text) {
        assertNull(SaslPrep.prepare(text));
    }
}
