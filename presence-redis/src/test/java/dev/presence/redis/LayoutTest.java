package dev.presence.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.Write;
import io.lettuce.core.cluster.SlotHash;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
    private static final int BUCKETS = 32_768;
    private static final byte[] SECRET = "0123456789abcdef".getBytes(UTF_8);

    private static final Layout.Spread SPREAD = new Layout.Spread(0, BUCKETS, 0);

    private final Layout layout = new Layout("p", 128, SPREAD, SECRET);

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

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 64})
    void fewerGroupsHaveSomeOfTheKeysOfAll(int groups) {
        Layout few = new Layout("p", groups, SPREAD, SECRET);
        List<String> possible =
                few.possibleCopies().stream().map(key -> new String(key, UTF_8)).toList();
        assertThat(possible).hasSize(1_024).doesNotHaveDuplicates();
        for (int group = 0; group < groups; group++) {
            assertThat(possible).contains(new String(few.meta(group), UTF_8));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1000, 2", "100000, 16", "1000000, 64", "100000000, 512", "10000000000, 1024"})
    void groupsGrowMoreSlowlyThanUsers(long users, int groups) {
        assertThat(Layout.groups(users)).isEqualTo(groups);
        assertThat(Layout.buckets(users, groups) % groups).isZero();
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
                layout.users(bucket)
            }) {
                slots.add(SlotHash.getSlot(key));
            }
            assertThat(slots).hasSize(1);
        }
    }

    @Test
    void bucketsOfAMillionUsersStayCompact() {
        assertThat(Layout.buckets(1_000_000, 128)).isEqualTo(BUCKETS);
        int[] users = new int[BUCKETS];
        for (int user = 0; user < 1_000_000; user++) {
            users[layout.bucket(Integer.toString(user).getBytes(UTF_8)) / 2]++;
        }
        assertThat(Arrays.stream(users))
                .allSatisfy(count -> assertThat(count).isBetween(5, 128)); // the limit of a listpack by default
    }

    @Test
    void longIdsHaveBucketsOfTheirOwn() {
        assertThat(layout.bucket("x".repeat(64).getBytes(UTF_8))).isLessThan(2 * BUCKETS);
        assertThat(layout.bucket("x".repeat(65).getBytes(UTF_8))).isBetween(2 * BUCKETS, 4 * BUCKETS - 1);
    }

    @ParameterizedTest
    @CsvSource({"1, 128", "5700, 128", "5900, 256", "1000000, 32768", "1000000000, 33554432", "10000000000, 268435456"})
    void numberOfBucketsIsAPowerOfTwoForEachGroup(long users, int buckets) {
        assertThat(Layout.buckets(users, 128)).isEqualTo(buckets);
    }

    @ParameterizedTest
    @ValueSource(ints = {4_096, 65_536})
    void usersMoveWithinTheirGroupAndOutOfBucketsThatAreToBeEmptied(int other) {
        Layout moving = layout.with(SPREAD.movingTo(other));
        Set<Integer> emptied = new HashSet<>();
        for (int group = 0; group < 128; group++) {
            for (int place = 0; place < moving.bucketsBefore(); place++) {
                assertThat(moving.group(moving.bucketBefore(group, place))).isEqualTo(group);
                emptied.add(moving.bucketBefore(group, place));
            }
        }
        assertThat(emptied).hasSize(2 * BUCKETS);
        for (String user : List.of("ada", "bob", "x".repeat(100), "{}")) {
            byte[] id = user.getBytes(UTF_8);
            assertThat(moving.bucketBefore(id)).isEqualTo(layout.bucket(id)).isIn(emptied);
            assertThat(moving.bucket(id)).isNotIn(emptied);
            assertThat(moving.group(moving.bucket(id))).isEqualTo(layout.group(layout.bucket(id)));
            Layout settled = moving.with(moving.spread().settled());
            assertThat(settled.bucket(id)).isEqualTo(moving.bucket(id));
            Layout again = settled.with(settled.spread().movingTo(BUCKETS));
            assertThat(again.bucketBefore(id)).isEqualTo(settled.bucket(id));
            assertThat(again.bucket(id)).isEqualTo(layout.bucket(id));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 4_096})
    void bucketHasUsersOfTheClassesItNamesOnly(int classes) {
        Layout moving = new Layout("p", 128, new Layout.Spread(1, 1_024, 256), SECRET);
        for (int i = 0; i < 2_000; i++) {
            byte[] id = (i + "x".repeat(i % 100)).getBytes(UTF_8);
            int userClass = moving.classOf(id, classes);
            assertThat(moving.classesIn(moving.bucket(id), classes)).contains(userClass);
            assertThat(moving.classesIn(moving.bucketBefore(id), classes)).contains(userClass);
        }
        Set<Integer> all = new HashSet<>();
        for (int place = 0; place < moving.bucketsBefore(); place++) {
            all.addAll(moving.classesIn(moving.bucketBefore(0, place), classes));
        }
        assertThat(all).hasSize(2 * classes / 128);
    }

    @Test
    void layoutIsReadAsItWasWritten() {
        Layout moving = layout.with(SPREAD.movingTo(32_768));
        Layout read = Layout.parse("p", moving.toString());
        assertThat(read.toString()).isEqualTo(moving.toString());
        assertThat(read.id()).isEqualTo(layout.id());
        assertThat(read.spread()).isEqualTo(moving.spread());
    }

    @Test
    void anIdChoosesNeitherSlotNorBucket() {
        Layout other = new Layout("p", 128, SPREAD, "another secret..".getBytes(UTF_8));
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
    void layoutsThatDifferInMoreThanTheSpreadHaveDifferentIds() {
        Set<String> ids = new HashSet<>();
        ids.add(layout.id());
        ids.add(new Layout("p", 64, SPREAD, SECRET).id());
        ids.add(new Layout("p", 128, SPREAD, "another secret..".getBytes(UTF_8)).id());
        assertThat(ids).hasSize(3);
        assertThat(layout.toString()).doesNotEndWith(layout.id()).endsWith("MDEyMzQ1Njc4OWFiY2RlZg==");
        assertThat(layout.id()).doesNotContain("MDEy");
    }
}
