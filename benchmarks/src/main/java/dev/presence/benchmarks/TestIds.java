package dev.presence.benchmarks;

import java.util.UUID;

/** The ids that all benchmarks use. Every call makes a new string, as every request does. */
final class TestIds {
    private TestIds() {}

    /** Eight digits. */
    static String user(int number) {
        return Integer.toString(10_000_000 + number);
    }

    /** Sixteen hex digits. */
    static String session(int number) {
        long scrambled = (number + 1) * 0x9E3779B97F4A7C15L;
        return Long.toHexString(scrambled | Long.MIN_VALUE);
    }

    /** Like a UUID, 36 characters. */
    static String uuid(int number) {
        long scrambled = (number + 1) * 0x9E3779B97F4A7C15L;
        return new UUID(scrambled, Long.reverse(scrambled)).toString();
    }

    static int number(String user) {
        return Integer.parseInt(user) - 10_000_000;
    }
}
