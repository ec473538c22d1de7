package io.holdfast.server;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * What a broker answers to a command: lines in UTF-8, whose first characters say what they are.
 *
 * <pre>
 *   " text"   to be printed
 *   "!text"   why nothing is done; the last line
 *   "."       the last line of an answer that is complete
 *   "~"       nothing: whether there is still somebody who reads
 * </pre>
 */
final class ControlAnswer {
    static final char LINE = ' ';
    static final char REFUSED = '!';
    static final char END = '.';
    static final char NOTHING = '~';

    private final Writer out;

    ControlAnswer(WritableByteChannel channel) {
        out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
    }

    void line(String text) throws IOException {
        write(LINE, text);
    }

    void nothing() throws IOException {
        write(NOTHING, "");
    }

    void refuse(String why) throws IOException {
        write(REFUSED, why.replaceAll("\\R", " "));
        flush();
    }

    void end() throws IOException {
        write(END, "");
        flush();
    }

    /** Has what was written go out. */
    void flush() throws IOException {
        out.flush();
    }

    private void write(char kind, String text) throws IOException {
        out.append(kind).append(text).append('\n');
    }
}
