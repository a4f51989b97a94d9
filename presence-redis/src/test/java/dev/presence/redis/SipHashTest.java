package dev.presence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SipHashTest {
    @Test
    void agreesWithTheExampleOfItsAuthors() {
        assertThat(new SipHash(upTo(16)).hash(upTo(15))).isEqualTo(0xa129ca6149be45e5L);
    }

    @Test
    void agreesWithTheReferenceOnNothing() {
        assertThat(new SipHash(upTo(16)).hash(new byte[0])).isEqualTo(0x726fdb47dd0e0e31L);
    }

    @Test
    void anotherKeyGivesAnotherHash() {
        assertThat(new SipHash(new byte[16]).hash(upTo(15))).isNotEqualTo(new SipHash(upTo(16)).hash(upTo(15)));
    }

    private static byte[] upTo(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
