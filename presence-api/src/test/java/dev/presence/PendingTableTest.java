package dev.presence;

import static dev.presence.Waiting.millis;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PendingTableTest {
    private final PendingTable table = new PendingTable();

    private void beat(String user, long at) {
        beat(table, user, at);
    }

    private static void beat(PendingTable table, String user, long at) {
        table.add(Write.Kind.BEAT, user, "", millis(at));
    }

    private static void fill(PendingTable table, int users) {
        for (int i = 0; i < users; i++) {
            beat(table, "user" + i, i);
        }
    }

    private static PendingUser found(PendingTable table, String user) {
        PendingUser found = table.find(user);
        assertThat(found).isNotNull();
        return found;
    }

    @Test
    void newTableIsEmpty() {
        assertThat(table.writes()).isZero();
        assertThat(table.users()).isEmpty();
        assertThat(table.iterator().hasNext()).isFalse();
        assertThat(table.hasEmptied()).isFalse();
        assertThat(table.find("ada")).isNull();
    }

    @Test
    void usersStandInOrderOfArrival() {
        beat("cy", 1);
        beat("ada", 2);
        beat("bob", 3);
        beat("cy", 4);
        assertThat(Waiting.of(table)).containsExactly("cy: BEAT  4", "ada: BEAT  2", "bob: BEAT  3");
        assertThat(table.writes()).isEqualTo(3);
    }

    @Test
    void userIsFoundByIdOnly() {
        beat("ada", 1);
        beat("bob", 2);
        assertThat(found(table, "bob").user()).isEqualTo("bob");
        assertThat(found(table, "ada").user()).isEqualTo("ada");
        assertThat(table.find("cy")).isNull();
    }

    @Test
    void idsOfEqualHashAreKeptApart() {
        assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
        beat("Aa", 1);
        beat("BB", 2);
        assertThat(Waiting.of(found(table, "Aa"))).containsExactly("BEAT  1");
        assertThat(Waiting.of(found(table, "BB"))).containsExactly("BEAT  2");
        assertThat(table.find("C#")).isNull(); // of the same hash too
    }

    @Test
    void tableGrowsWithItsUsers() {
        fill(table, 1_000);
        assertThat(table.writes()).isEqualTo(1_000);
        assertThat(table.users()).hasSize(1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(table.users().get(i)).isSameAs(table.find("user" + i));
            assertThat(Waiting.of(table.users().get(i))).containsExactly("BEAT  " + i);
        }
    }

    @Test
    void clearedTableIsAsNew() {
        fill(table, 100);
        table.recorded(found(table, "user5"));
        table.clear();
        assertThat(table.writes()).isZero();
        assertThat(table.users()).isEmpty();
        assertThat(table.hasEmptied()).isFalse();
        assertThat(table.find("user7")).isNull();
        assertThat(table.find("")).isNull();
        beat("user7", 9);
        assertThat(Waiting.of(table)).containsExactly("user7: BEAT  9");
    }

    @Test
    void clearedEntriesHoldNoIds() {
        beat("ada", 1);
        PendingUser entry = found(table, "ada");
        table.clear();
        assertThat(entry.user()).isEmpty();
        assertThat(entry.size()).isZero();
    }

    @Test
    void warmTableReusesItsEntries() {
        fill(table, 1_000);
        List<PendingUser> before = List.copyOf(table.users());
        table.clear();
        fill(table, 1_000);
        assertThat(table.users())
                .usingElementComparator((a, b) -> a == b ? 0 : 1)
                .isEqualTo(before);
    }

    /** Of a table for 128 users: whether the upper half of its entries was given back by a clear with so many users. */
    private static boolean givesBackUpperHalf(int usersBeforeClear) {
        PendingTable table = new PendingTable();
        fill(table, 100);
        PendingUser upper = table.users().get(99);
        table.clear();
        fill(table, usersBeforeClear);
        table.clear();
        fill(table, 100);
        return table.users().get(99) != upper;
    }

    @Test
    void halfOfATableThatIsLessThanAnEighthFullIsGivenBack() {
        assertThat(givesBackUpperHalf(15)).isTrue();
        assertThat(givesBackUpperHalf(16)).isFalse();
        assertThat(givesBackUpperHalf(100)).isFalse();
    }

    @Test
    void smallestTableIsKept() {
        fill(table, 64);
        PendingUser last = table.users().get(63);
        table.clear();
        table.clear();
        fill(table, 64);
        assertThat(table.users().get(63)).isSameAs(last);
    }

    @Test
    void lowerHalfOfAShrunkenTableIsKept() {
        fill(table, 100);
        PendingUser lower = table.users().get(63);
        table.clear();
        table.clear();
        fill(table, 64);
        assertThat(table.users().get(63)).isSameAs(lower);
        fill(table, 200);
        assertThat(table.writes()).isEqualTo(200);
        assertThat(found(table, "user63")).isSameAs(lower);
    }

    @Test
    void recordedUserIsEmptiedAndKeepsItsPlace() {
        beat("ada", 1);
        table.add(Write.Kind.END, "ada", "phone", millis(2));
        beat("bob", 3);
        table.recorded(found(table, "ada"));
        assertThat(table.writes()).isEqualTo(1);
        assertThat(table.hasEmptied()).isTrue();
        assertThat(found(table, "ada").size()).isZero();
        assertThat(table.users()).hasSize(2);
        beat("ada", 4);
        assertThat(Waiting.of(table)).containsExactly("ada: BEAT  4", "bob: BEAT  3");
        assertThat(table.writes()).isEqualTo(2);
    }

    @Test
    void anotherTableIsAddedInItsOrderBehindWhatWaits() {
        beat("bob", 1);
        PendingTable later = new PendingTable();
        beat(later, "cy", 2);
        beat(later, "bob", 3);
        later.add(Write.Kind.END, "bob", "", millis(4));
        beat(later, "ada", 5);
        table.addAll(later);
        assertThat(Waiting.of(table)).containsExactly("bob: BEAT  3", "bob: END  4", "cy: BEAT  2", "ada: BEAT  5");
        assertThat(table.writes()).isEqualTo(4);
    }

    @Test
    void emptiedEntriesOfAnotherTableAreNotAdded() {
        PendingTable later = new PendingTable();
        beat(later, "ada", 1);
        beat(later, "bob", 2);
        later.recorded(found(later, "ada"));
        table.addAll(later);
        assertThat(table.find("ada")).isNull();
        assertThat(table.users()).hasSize(1);
        assertThat(table.writes()).isEqualTo(1);
    }

    @Test
    void droppedBeatIsNotCountedAnyMore() {
        beat("ada", 1);
        table.add(Write.Kind.BEAT, "ada", "phone", millis(2));
        table.add(Write.Kind.END, "ada", "web", millis(3));
        PendingUser ada = found(table, "ada");
        assertThat(table.dropOldestBeat(ada)).isTrue();
        assertThat(table.writes()).isEqualTo(2);
        assertThat(table.dropOldestBeat(ada)).isTrue();
        assertThat(table.dropOldestBeat(ada)).isFalse();
        assertThat(table.writes()).isEqualTo(1);
    }

    @Test
    void lapsedBeatsOfEveryUserFold() {
        for (String user : List.of("ada", "bob")) {
            for (int i = 0; i < 3; i++) {
                table.add(Write.Kind.BEAT, user, "s" + i, millis(i));
            }
        }
        assertThat(table.foldBeatsUpTo(millis(1))).isEqualTo(2);
        assertThat(table.writes()).isEqualTo(4);
        assertThat(Waiting.of(table))
                .containsExactly("ada: BEAT s1 1", "ada: BEAT s2 2", "bob: BEAT s1 1", "bob: BEAT s2 2");
    }

    @Test
    void tableDoesWhatAPlainMapDoes() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            PendingTable table = new PendingTable();
            Map<String, PendingUser> model = new LinkedHashMap<>();
            int users = 1 + random.nextInt(300);
            for (int step = 0; step < 400; step++) {
                String id = "user" + random.nextInt(users);
                PendingUser known = model.get(id);
                switch (random.nextInt(12)) {
                    case 0 -> {
                        if (known != null) {
                            table.recorded(found(table, id));
                            known.reset(id);
                        }
                    }
                    case 1 -> {
                        if (known != null) {
                            assertThat(table.dropOldestBeat(found(table, id))).isEqualTo(known.dropOldestBeat());
                        }
                    }
                    case 2 -> {
                        int folded = model.values().stream()
                                .mapToInt(user -> user.foldBeatsUpTo(0))
                                .sum();
                        assertThat(table.foldBeatsUpTo(0)).isEqualTo(folded);
                    }
                    case 3 -> {
                        if (random.nextInt(20) == 0) {
                            table.clear();
                            model.clear();
                        }
                    }
                    default -> {
                        Write.Kind kind = random.nextBoolean() ? Write.Kind.BEAT : Write.Kind.END;
                        String session = "s" + random.nextInt(3);
                        table.add(kind, id, session, millis(step));
                        model.computeIfAbsent(id, PendingTableTest::entry).add(kind, session, millis(step));
                    }
                }
            }
            assertThat(Waiting.of(table)).as("seed %s", seed).isEqualTo(Waiting.of(model.values()));
            assertThat(table.users()).as("seed %s", seed).hasSameSizeAs(model.keySet());
            assertThat(table.writes())
                    .as("seed %s", seed)
                    .isEqualTo(
                            model.values().stream().mapToInt(PendingUser::size).sum());
        }
    }

    private static PendingUser entry(String id) {
        PendingUser user = new PendingUser();
        user.reset(id);
        return user;
    }
}
