package dev.presence.inmemory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every user in a numbered place, kept for as long as the user is known: the order in which the online list is paged, and
 * the round in which a user to evict is looked for. Thread-safe.
 */
final class UserRoll {
    private @Nullable UserCell[] places = new @Nullable UserCell[64];
    private int[] vacant = new int[64]; // a stack of places below the end
    private int vacancies;
    private int end;
    private int hand;

    synchronized void add(UserCell cell) {
        int place = vacancies > 0 ? vacant[--vacancies] : end++;
        if (place == places.length) {
            places = Arrays.copyOf(places, places.length * 2);
        }
        places[place] = cell;
        cell.place = place;
    }

    synchronized void remove(UserCell cell) {
        if (places[cell.place] != cell) {
            return;
        }
        places[cell.place] = null;
        if (vacancies == vacant.length) {
            vacant = Arrays.copyOf(vacant, vacancies * 2);
        }
        vacant[vacancies++] = cell.place;
    }

    /** Adds up to a number of users from a place on; returns the place to go on from, or -1 at the end. */
    synchronized int page(int from, int limit, List<UserCell> into) {
        int place = from;
        for (int found = 0; place < end && found < limit; place++) {
            UserCell cell = places[place];
            if (cell != null) {
                into.add(cell);
                found++;
            }
        }
        return place < end ? place : -1;
    }

    /** The next offline user in turn. */
    synchronized @Nullable UserCell nextOffline() {
        for (int i = 0; i < end; i++) {
            hand = hand + 1 < end ? hand + 1 : 0;
            UserCell cell = places[hand];
            if (cell != null && !cell.reportedOnline) {
                return cell;
            }
        }
        return null;
    }

    void forEach(Consumer<UserCell> action) {
        List<UserCell> page = new ArrayList<>();
        int from = 0;
        do {
            page.clear();
            from = page(from, 1_000, page);
            page.forEach(action);
        } while (from >= 0);
    }
}
