package dev.presence.benchmarks;

import java.util.Random;

/** All users, in the random order in which they beat, the same in every run. */
final class BeatOrder {
    private final int[] users;

    private BeatOrder(int[] users) {
        this.users = users;
    }

    static BeatOrder of(int users) {
        return of(users, 1);
    }

    /** Another order for each number. */
    static BeatOrder of(int users, int number) {
        return new BeatOrder(Distribution.shuffled(users, new Random(number)));
    }

    int size() {
        return users.length;
    }

    /** The number of the user in a place. */
    int at(int place) {
        return users[place];
    }
}
