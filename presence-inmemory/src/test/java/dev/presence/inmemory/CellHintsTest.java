package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CellHintsTest {
    /** Eight ids with one hash code. */
    private static final List<String> TWINS = twins();

    private final CellHints hints = new CellHints();
    private final List<UserCell> cells = TWINS.stream().map(UserCell::new).toList();

    private static List<String> twins() {
        List<String> all = List.of("");
        for (int i = 0; i < 3; i++) {
            List<String> longer = new ArrayList<>();
            all.forEach(start -> longer.addAll(List.of(start + "Aa", start + "BB")));
            all = longer;
        }
        return all;
    }

    private void put(int... which) {
        for (int i : which) {
            hints.put(cells.get(i));
        }
    }

    /** Which of the twins are known here. */
    private List<Integer> known() {
        return IntStream.range(0, cells.size())
                .filter(i -> hints.find(TWINS.get(i)) != null)
                .peek(i -> assertThat(hints.find(TWINS.get(i))).isSameAs(cells.get(i)))
                .boxed()
                .toList();
    }

    @Test
    void twinsAreTwins() {
        assertThat(TWINS).hasSize(8).doesNotHaveDuplicates();
        assertThat(TWINS).extracting(String::hashCode).containsOnly(TWINS.get(0).hashCode());
    }

    @Test
    void anyoneIsFoundInAnEmptyTable() {
        for (int i = 0; i < 1_000; i++) {
            CellHints fresh = new CellHints();
            UserCell cell = new UserCell("user-" + i);
            assertThat(fresh.find("user-" + i)).isNull();
            fresh.put(cell);
            assertThat(fresh.find("user-" + i)).isSameAs(cell);
            assertThat(fresh.find(new String[] {"user-" + i})).containsExactly(cell);
        }
    }

    @Test
    void anEqualIdIsFoundNotOnlyTheSame() {
        put(3);
        String copy = TWINS.get(3).substring(0, 2) + TWINS.get(3).substring(2);
        assertThat(hints.find(copy)).isSameAs(cells.get(3));
        assertThat(hints.find(new String[] {copy})).containsExactly(cells.get(3));
    }

    @Test
    void theFirstFourOfOneHashAreKnownAndNoneIsEvicted() {
        put(0, 1, 2, 3, 4, 5);
        assertThat(known()).containsExactly(0, 1, 2, 3);
        put(5, 4);
        assertThat(known()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aCellThatIsGoneIsNotFoundAndGivesItsPlaceAway() {
        put(0, 1, 2, 3);
        cells.get(1).gone = true;
        cells.get(3).gone = true;
        assertThat(known()).containsExactly(0, 2);
        put(4);
        put(5);
        put(6);
        assertThat(known()).containsExactly(0, 2, 4, 5);
    }

    @Test
    void aCellThatIsGoneIsNotFoundAmongManyEither() {
        put(0);
        cells.get(0).gone = true;
        assertThat(hints.find(new String[] {TWINS.get(0)})).containsExactly((UserCell) null);
    }

    @Test
    void aTwinIsNotFoundInsteadAmongMany() {
        put(0);
        assertThat(hints.find(TWINS.toArray(new String[0])))
                .containsExactly(cells.get(0), null, null, null, null, null, null, null);
        assertThat(hints.find(new String[0])).isEmpty();
    }

    @Test
    void aCellIsPutOnce() {
        put(0, 0, 0, 0, 1, 2, 3);
        assertThat(known()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aRemovedCellIsInNoneOfItsPlaces() {
        put(0, 1, 2);
        hints.remove(cells.get(0));
        assertThat(hints.find(TWINS.get(0))).isNull();
        put(2); // it is in two places now
        hints.remove(cells.get(2));
        put(3);
        assertThat(known()).containsExactly(1, 3);
        hints.remove(cells.get(7)); // never was there
        assertThat(known()).containsExactly(1, 3);
    }

    @Test
    void theLastOfItsPlacesIsClearedToo() {
        put(0, 1, 2, 3);
        hints.remove(cells.get(3));
        assertThat(known()).containsExactly(0, 1, 2);
        put(4);
        assertThat(known()).containsExactly(0, 1, 2, 4);
    }

    @Test
    void aTableOfSixtyFourIsForThirtyTwoUsers() {
        put(0);
        hints.fit(32);
        assertThat(known()).containsExactly(0);
        hints.fit(33);
        assertThat(known()).isEmpty();
        put(0);
        hints.fit(64);
        assertThat(known()).containsExactly(0);
        hints.fit(65);
        assertThat(known()).isEmpty();
    }

    @Test
    void aTableGrowsNoFurtherThanAsked() {
        hints.fit(64);
        put(0);
        hints.fit(65);
        assertThat(known()).isEmpty();
    }

    @Test
    void aTableGrowsAtOnceToWhatIsAsked() {
        hints.fit(200);
        put(0);
        hints.fit(256);
        assertThat(known()).containsExactly(0);
        hints.fit(10); // never shrinks
        assertThat(known()).containsExactly(0);
        hints.fit(257);
        assertThat(known()).isEmpty();
    }

    @Test
    void nearlyAllOfSoManyUsersAreKnown() {
        int users = 10_000;
        hints.fit(users);
        List<UserCell> many = IntStream.range(0, users)
                .mapToObj(i -> new UserCell("user-" + i))
                .toList();
        many.forEach(hints::put);
        assertThat(many.stream().filter(cell -> hints.find(cell.user) == cell).count())
                .isGreaterThan(users * 95 / 100);
        List<String> ids = many.stream().map(cell -> cell.user).toList();
        UserCell[] found = hints.find(ids.toArray(new String[0]));
        int first = 0;
        for (int i = 0; i < users; i++) {
            assertThat(found[i]).isIn(null, many.get(i));
            first += found[i] == null ? 0 : 1;
        }
        assertThat(first).isGreaterThan(users * 60 / 100);
    }

    @Test
    void whateverComesAndGoesOnlyTheRightCellIsFound() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            CellHints table = new CellHints();
            List<String> ids = new ArrayList<>(TWINS);
            IntStream.range(0, 60).forEach(i -> ids.add("user-" + i));
            UserCell[] current = ids.stream().map(UserCell::new).toArray(UserCell[]::new);
            for (int step = 0; step < 300; step++) {
                int i = random.nextInt(current.length);
                switch (random.nextInt(8)) {
                    case 0 -> {
                        current[i].gone = true;
                        if (random.nextBoolean()) {
                            table.remove(current[i]);
                        }
                        current[i] = new UserCell(ids.get(i));
                    }
                    case 1 -> table.fit(random.nextInt(80));
                    default -> table.put(current[i]);
                }
                UserCell[] together = table.find(ids.toArray(new String[0]));
                for (int user = 0; user < current.length; user++) {
                    UserCell alone = table.find(ids.get(user));
                    assertThat(alone == null || alone == current[user])
                            .as("seed %s step %s", seed, step)
                            .isTrue();
                    assertThat(together[user] == null || together[user] == alone)
                            .as("seed %s step %s", seed, step)
                            .isTrue();
                }
            }
        }
    }
}
