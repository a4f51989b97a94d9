package dev.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdsTest {
    private static final String GRIN = "\uD83D\uDE00";

    private static void refused(String id, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ids.requireUser(id))
                .withMessage("a user id must " + why + " (R11)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ids.requireSession(id))
                .withMessage("a session id must " + why + " (R11)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", " a ", "ada@example.org", "\u00e9", "\u20ac", GRIN, "\u0001"})
    void textIsReturnedAsItIs(String id) {
        assertThat(Ids.requireUser(id)).isSameAs(id);
        assertThat(Ids.requireSession(id)).isSameAs(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "\u2003"})
    void blankIsRefused(String id) {
        refused(id, "not be blank");
    }

    @Test
    void nulIsRefusedWhereverItStands() {
        refused("\0", "not contain NUL, found at 0");
        refused("ab\0", "not contain NUL, found at 2");
    }

    @Test
    void halfOfASurrogatePairIsRefusedWhereverItStands() {
        refused("a\uD83D", "not contain an unpaired surrogate, found at 1");
        refused("\uD83Da", "not contain an unpaired surrogate, found at 0");
        refused("\uDE00", "not contain an unpaired surrogate, found at 0");
        refused("\uD83D\uD83D\uDE00", "not contain an unpaired surrogate, found at 0");
        refused(GRIN + "\uDE00", "not contain an unpaired surrogate, found at 2");
        refused("\uDE00\uDE00", "not contain an unpaired surrogate, found at 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\u007f"})
    void oneByteCharactersFit256Times(String c) {
        assertThat(Ids.requireUser(c.repeat(256))).hasSize(256);
        refused(c.repeat(257), "have at most 256 UTF-8 bytes, this one has 257");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0080", "\u00e9", "\u07ff"})
    void twoByteCharactersFit128Times(String c) {
        assertThat(Ids.requireUser(c.repeat(128))).hasSize(128);
        refused(c.repeat(128) + "a", "have at most 256 UTF-8 bytes, this one has 257");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0800", "\u20ac", "\uffff", "\ue000"})
    void threeByteCharactersFit85Times(String c) {
        assertThat(Ids.requireUser(c.repeat(85) + "a")).hasSize(86);
        refused(c.repeat(85) + "aa", "have at most 256 UTF-8 bytes, this one has 257");
    }

    @Test
    void surrogatePairsCountFourBytes() {
        assertThat(Ids.requireUser(GRIN.repeat(64))).hasSize(128);
        refused(GRIN.repeat(64) + "a", "have at most 256 UTF-8 bytes, this one has 257");
    }
}
