package dev.presence.demo;

import dev.presence.Ids;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code epoch_second,user} lines of a trace, in constant memory whatever the file holds.
 *
 * <p>A line that is malformed is reported with its number and skipped. So is one whose time is before that of the line
 * before it, since the clock of a replay does not run backwards and a beat at any other time would be another beat; and one
 * more than a year after it, so that one garbled time does not turn all that follow into late ones.
 */
final class TraceReader implements AutoCloseable {
    private static final String HEADER = "epoch_second,user";
    private static final int LONGEST_LINE =
            20 + 1 + Ids.MAXIMUM_BYTES + 1; // a long, the comma, an id, a carriage return
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final Duration LONGEST_PAUSE = Duration.ofDays(366);

    private final InputStream in;
    private final Consumer<String> reports;
    private final byte[] buffer = new byte[LONGEST_LINE];
    private int length;
    private long bytes;
    private long lines;
    private long skipped;
    private @Nullable Instant previous;

    TraceReader(InputStream in, Consumer<String> reports) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.reports = reports;
    }

    /** The next beat, or null at the end. */
    @Nullable
    Beat next() throws IOException {
        while (readLine()) {
            try {
                String line = line();
                if (lines > 1 || !line.equals(HEADER)) {
                    Beat beat = parse(line);
                    previous = beat.at();
                    return beat;
                }
            } catch (IllegalArgumentException e) {
                skipped++;
                reports.accept("line " + lines + " skipped: " + e.getMessage());
            }
        }
        return null;
    }

    /** How far the file has been read, in bytes. */
    long bytes() {
        return bytes;
    }

    long skipped() {
        return skipped;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Reads one line into the buffer, as far as it fits. Returns false at the end of the file. */
    private boolean readLine() throws IOException {
        length = 0;
        int next = in.read();
        if (next < 0) {
            return false;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (length < LONGEST_LINE) {
                buffer[length] = (byte) next;
            }
            length++;
            bytes++;
        }
        bytes++;
        lines++;
        return true;
    }

    private String line() {
        if (length > LONGEST_LINE) {
            throw new IllegalArgumentException("too long");
        }
        int end = length > 0 && buffer[length - 1] == '\r' ? length - 1 : length;
        try {
            // A fresh decoder refuses what is not UTF-8; the usual ways would make one id of many.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8", e);
        }
    }

    private Beat parse(String line) {
        int comma = line.indexOf(',');
        if (comma < 0) {
            throw new IllegalArgumentException("not of the form " + HEADER);
        }
        Instant at = instant(line.substring(0, comma));
        String user = Ids.requireUser(line.substring(comma + 1));
        Instant before = previous;
        if (before != null && at.isBefore(before)) {
            throw new IllegalArgumentException("its time is before that of the line before it");
        }
        if (before != null && at.isAfter(before.plus(LONGEST_PAUSE))) {
            throw new IllegalArgumentException("its time is over a year after that of the line before it");
        }
        return new Beat(at, user);
    }

    private static Instant instant(String text) {
        try {
            long second = Long.parseLong(text);
            if (second >= 0 && second <= LATEST.getEpochSecond()) {
                return Instant.ofEpochSecond(second);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("its time is not an epoch second");
    }
}
