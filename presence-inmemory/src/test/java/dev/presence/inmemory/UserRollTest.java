package dev.presence.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class UserRollTest {
    private final UserRoll roll = new UserRoll();

    private List<UserCell> add(int users) {
        List<UserCell> cells = IntStream.range(0, users)
                .mapToObj(i -> new UserCell("user-" + i))
                .toList();
        cells.forEach(roll::add);
        return cells;
    }

    private List<UserCell> all() {
        List<UserCell> all = new ArrayList<>();
        roll.forEach(all::add);
        return all;
    }

    @Test
    void anEmptyRollHasOnePageAndNobodyToEvict() {
        List<UserCell> page = new ArrayList<>();
        assertThat(roll.page(0, 10, page)).isEqualTo(-1);
        assertThat(page).isEmpty();
        assertThat(all()).isEmpty();
        assertThat(roll.nextOffline()).isNull();
    }

    @Test
    void everyoneIsVisitedOnceInOrder() {
        for (int users : new int[] {1, 63, 64, 65, 129, 1_000, 1_001, 2_500}) {
            UserRoll fresh = new UserRoll();
            List<UserCell> cells = IntStream.range(0, users)
                    .mapToObj(i -> new UserCell("user-" + i))
                    .toList();
            cells.forEach(fresh::add);
            List<UserCell> visited = new ArrayList<>();
            fresh.forEach(visited::add);
            assertThat(visited).isEqualTo(cells);
            assertThat(cells).extracting(cell -> cell.place).last().isEqualTo(users - 1);
        }
    }

    @Test
    void aPageEndsAtItsLimitAndSaysWhereToGoOn() {
        List<UserCell> cells = add(5);
        List<UserCell> page = new ArrayList<>();
        assertThat(roll.page(0, 2, page)).isEqualTo(2);
        assertThat(page).containsExactly(cells.get(0), cells.get(1));
        assertThat(roll.page(2, 2, page)).isEqualTo(4);
        assertThat(roll.page(4, 2, page)).isEqualTo(-1);
        assertThat(page).isEqualTo(cells);
        assertThat(roll.page(3, 2, new ArrayList<>())).isEqualTo(-1);
        assertThat(roll.page(5, 2, new ArrayList<>())).isEqualTo(-1);
        assertThat(roll.page(900, 2, new ArrayList<>())).isEqualTo(-1);
    }

    @Test
    void vacantPlacesFillNoPage() {
        List<UserCell> cells = add(5);
        roll.remove(cells.get(0));
        roll.remove(cells.get(2));
        List<UserCell> page = new ArrayList<>();
        assertThat(roll.page(0, 2, page)).isEqualTo(4);
        assertThat(page).containsExactly(cells.get(1), cells.get(3));
    }

    @Test
    void whoComesTakesThePlaceThatBecameVacantLast() {
        List<UserCell> cells = add(4);
        roll.remove(cells.get(1));
        roll.remove(cells.get(2));
        UserCell dan = new UserCell("dan");
        UserCell eve = new UserCell("eve");
        UserCell fay = new UserCell("fay");
        roll.add(dan);
        roll.add(eve);
        roll.add(fay);
        assertThat(all()).containsExactly(cells.get(0), eve, dan, cells.get(3), fay);
    }

    @Test
    void whoLeftOnceDoesNotLeaveAgain() {
        List<UserCell> cells = add(2);
        roll.remove(cells.get(0));
        roll.remove(cells.get(0));
        UserCell dan = new UserCell("dan");
        UserCell eve = new UserCell("eve");
        roll.add(dan);
        roll.remove(cells.get(0)); // its place is another's now
        roll.add(eve);
        assertThat(all()).containsExactly(dan, cells.get(1), eve);
    }

    @Test
    void anyNumberMayLeaveAndComeBack() {
        List<UserCell> cells = add(200);
        cells.forEach(roll::remove);
        assertThat(all()).isEmpty();
        cells.forEach(roll::add);
        assertThat(all()).containsExactlyInAnyOrderElementsOf(cells);
        assertThat(roll.page(0, 200, new ArrayList<>())).isEqualTo(-1); // in 200 places still
    }

    @Test
    void offlineUsersHaveTheirTurn() {
        List<UserCell> cells = add(4);
        cells.get(2).reportedOnline = true;
        assertThat(roll.nextOffline()).isSameAs(cells.get(1));
        assertThat(roll.nextOffline()).isSameAs(cells.get(3));
        assertThat(roll.nextOffline()).isSameAs(cells.get(0));
        roll.remove(cells.get(1));
        assertThat(roll.nextOffline()).isSameAs(cells.get(3));
    }

    @Test
    void theOnlyOfflineUserIsFoundWhereverTheHandStands() {
        List<UserCell> cells = add(3);
        cells.forEach(cell -> cell.reportedOnline = true);
        assertThat(roll.nextOffline()).isNull();
        for (UserCell cell : cells) {
            cell.reportedOnline = false;
            assertThat(roll.nextOffline()).isSameAs(cell);
            assertThat(roll.nextOffline()).isSameAs(cell);
            cell.reportedOnline = true;
        }
    }
}
