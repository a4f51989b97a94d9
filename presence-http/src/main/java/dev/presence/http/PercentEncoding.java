package dev.presence.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Percent-decoding as RFC 3986 has it: {@code %XX} is a byte of UTF-8, all else stands for itself, {@code +} too. Strict,
 * as a lenient decoder turns two ids into one.
 */
final class PercentEncoding {
    private PercentEncoding() {}

    static String decode(String raw) {
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes.put((byte) octet(raw, i + 1));
                i += 2;
            } else if (c < 0x80) {
                bytes.put((byte) c);
            } else {
                throw Problem.badRequest(
                        "the URL has characters beyond ASCII: encode them as UTF-8 and percent-encode that");
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw Problem.badRequest("the URL has percent-encoded bytes that are not UTF-8");
        }
    }

    private static int octet(String raw, int at) {
        if (at + 2 > raw.length()
                || !HexFormat.isHexDigit(raw.charAt(at))
                || !HexFormat.isHexDigit(raw.charAt(at + 1))) {
            throw Problem.badRequest(
                    "the URL has a % without two hexadecimal digits behind it: write %25 for a percent sign");
        }
        return HexFormat.fromHexDigits(raw, at, at + 2);
    }
}
