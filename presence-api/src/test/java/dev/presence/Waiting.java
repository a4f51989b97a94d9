package dev.presence;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Pending writes in words. */
final class Waiting {
    private static final long READ_AT_MILLIS = 1_000_000;

    private Waiting() {}

    /** Elapsed milliseconds as the clocks give them. */
    static long millis(long millis) {
        return millis * 1_000_000L;
    }

    static Write.Kind anyKind(Random random) {
        List<Write.Kind> kinds = List.of(Write.Kind.values());
        return kinds.get(random.nextInt(kinds.size()));
    }

    /** Each write as kind, session and elapsed milliseconds. */
    static List<String> of(PendingUser user) {
        ManualClock clock = ManualClock.create();
        StoreTime time = new StoreTime(clock, leap -> {});
        time.observe(0);
        return IntStream.range(0, user.size())
                .mapToObj(i -> user.write(i, time, READ_AT_MILLIS))
                .map(write -> write.kind() + " " + write.session() + " " + (READ_AT_MILLIS - write.ageMillis()))
                .toList();
    }

    /** The writes of each user, each after the user's id. */
    static List<String> of(Iterable<PendingUser> users) {
        List<String> all = new ArrayList<>();
        for (PendingUser user : users) {
            of(user).forEach(write -> all.add(user.user() + ": " + write));
        }
        return all;
    }
}
