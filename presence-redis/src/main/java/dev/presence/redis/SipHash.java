package dev.presence.redis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * SipHash-2-4, a hash under a secret key: nobody outside can choose ids that fall together. After Aumasson and Bernstein,
 * "SipHash: a fast short-input PRF" (2012). Thread-safe.
 */
final class SipHash {
    private final long k0;
    private final long k1;

    /**
     * @param key 16 bytes
     */
    SipHash(byte[] key) {
        ByteBuffer words = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        k0 = words.getLong();
        k1 = words.getLong();
    }

    long hash(byte[] data) {
        Rounds rounds = new Rounds(k0, k1);
        ByteBuffer words = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        while (words.remaining() >= Long.BYTES) {
            rounds.add(words.getLong());
        }
        long last = (long) data.length << 56;
        for (int shift = 0; words.hasRemaining(); shift += 8) {
            last |= (words.get() & 0xFFL) << shift;
        }
        rounds.add(last);
        return rounds.end();
    }

    private static final class Rounds {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        Rounds(long k0, long k1) {
            v0 = k0 ^ 0x736F6D6570736575L;
            v1 = k1 ^ 0x646F72616E646F6DL;
            v2 = k0 ^ 0x6C7967656E657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        void add(long word) {
            v3 ^= word;
            mix();
            mix();
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xFF;
            for (int i = 0; i < 4; i++) {
                mix();
            }
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void mix() {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
