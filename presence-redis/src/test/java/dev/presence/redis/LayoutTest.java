package dev.presence.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Write;
import io.lettuce.core.cluster.SlotHash;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
    private static final int BUCKETS = 20_096;
    private static final byte[] SECRET = "0123456789abcdef".getBytes(UTF_8);

    private final Layout layout = new Layout("p", 128, BUCKETS, SECRET);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 10})
    void groupsAreEvenOverMastersThatShareTheSlotsEvenly(int masters) {
        int[] groups = new int[masters];
        for (int group = 0; group < 128; group++) {
            int slot = SlotHash.getSlot(layout.meta(group));
            groups[(int) ((long) slot * masters / SlotHash.SLOT_COUNT)]++;
        }
        IntSummaryStatistics counts = Arrays.stream(groups).summaryStatistics();
        assertThat(counts.getMax() - counts.getMin()).isLessThanOrEqualTo(2);
    }

    @Test
    void allKeysOfAGroupAreInItsSlot() {
        for (int bucket = 0; bucket < 300; bucket++) {
            int group = layout.group(bucket);
            Set<Integer> slots = new HashSet<>();
            for (byte[] key : new byte[][] {
                layout.meta(group),
                layout.due(group),
                layout.feed(group),
                layout.longSessions(group),
                layout.users(bucket),
                layout.sessions(bucket)
            }) {
                slots.add(SlotHash.getSlot(key));
            }
            assertThat(slots).hasSize(1);
        }
    }

    @Test
    void bucketsOfAMillionUsersStayCompact() {
        int[] users = new int[BUCKETS];
        for (int user = 0; user < 1_000_000; user++) {
            users[layout.bucket(Integer.toString(user).getBytes(UTF_8))]++;
        }
        assertThat(Arrays.stream(users))
                .allSatisfy(count -> assertThat(count).isBetween(10, 128)); // the limit of a listpack by default
    }

    @Test
    void longIdsHaveBucketsOfTheirOwn() {
        assertThat(layout.bucket("x".repeat(64).getBytes(UTF_8))).isLessThan(BUCKETS);
        assertThat(layout.bucket("x".repeat(65).getBytes(UTF_8))).isBetween(BUCKETS, 2 * BUCKETS - 1);
        assertThat(layout.allBuckets()).isEqualTo(2 * BUCKETS);
    }

    @Test
    void anIdChoosesNeitherSlotNorBucket() {
        Layout other = new Layout("p", 128, BUCKETS, "another secret..".getBytes(UTF_8));
        int same = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] id = ("{x}" + i).getBytes(UTF_8);
            same += layout.bucket(id) == other.bucket(id) ? 1 : 0;
        }
        assertThat(same).isLessThan(10);
    }

    @Test
    void sessionsAreEightBytesAndTheDefaultOneIsZero() {
        assertThat(layout.session(Write.DEFAULT_SESSION)).containsOnly(0).hasSize(8);
        assertThat(layout.session("phone")).hasSize(8).isNotEqualTo(layout.session("laptop"));
    }

    @Test
    void layoutsThatDifferInAnythingHaveDifferentIds() {
        Set<String> ids = new HashSet<>();
        ids.add(layout.id());
        ids.add(new Layout("p", 64, BUCKETS, SECRET).id());
        ids.add(new Layout("p", 128, BUCKETS + 128, SECRET).id());
        ids.add(new Layout("p", 128, BUCKETS, "another secret..".getBytes(UTF_8)).id());
        assertThat(ids).hasSize(4);
        assertThat(layout.id()).doesNotContain(layout.secret());
    }
}
