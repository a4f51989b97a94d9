package dev.presence.benchmarks;

import java.util.Locale;
import java.util.Map;

/**
 * The required load times more and more, until it is not carried: until the store records fewer beats than are due, or fewer rosters are
 * asked, or one call in a hundred takes more than {@value #MOST_MILLIS} ms, or an answer is wrong or an error. The users stay the same, and beat
 * more often. What makes the load shares the CPUs with the store.
 */
final class Knee {
    /** Of the load at first in per cent of the required one, by how many per cent it grows each time, and how long each is held. */
    static final Map<String, Integer> DEFAULTS = Map.of("from", 50, "growth", 50, "stage", 15);

    private static final int MOST_MILLIS = 100;
    private static final double CARRIED =
            0.95; // one beat in a hundred is of a user who has crashed; the last are in the buffer
    private static final int SETTLING_SECONDS = 5;
    private static final int MOST_STAGES = 20;

    private final LoadScenario load;
    private final Arguments arguments;

    /**
     * What one of the loads came to.
     *
     * @param due of beats and of rosters, each a second
     * @param recorded beats a second that the store has acknowledged
     * @param rosters answered a second
     */
    record Held(
            double due,
            double recorded,
            double beatMillis,
            double rosters,
            double rosterMillis,
            long errors,
            long wrong,
            Usage usage) {
        /** What gave way; empty if the load was carried. */
        String failure() {
            if (errors > 0 || wrong > 0) {
                return String.format(Locale.ROOT, "%,d calls failed, %,d statuses were wrong", errors, wrong);
            }
            if (recorded < CARRIED * due) {
                return String.format(Locale.ROOT, "beats: %,.0f of %,.0f a second were recorded", recorded, due);
            }
            if (rosters < CARRIED * due) {
                return String.format(Locale.ROOT, "rosters: %,.0f of %,.0f a second were answered", rosters, due);
            }
            if (rosterMillis > MOST_MILLIS) {
                return String.format(Locale.ROOT, "rosters: one in a hundred took %.0f ms", rosterMillis);
            }
            if (beatMillis > MOST_MILLIS) {
                return String.format(Locale.ROOT, "beats: one call in a hundred took %.0f ms", beatMillis);
            }
            return "";
        }
    }

    /**
     * @param arguments of the form of {@link #DEFAULTS}
     */
    Knee(LoadScenario load, Arguments arguments) {
        if (arguments.get("growth") < 1 || arguments.get("from") < 1 || arguments.get("stage") < 1) {
            throw new IllegalArgumentException("--from, --growth and --stage have to be at least 1");
        }
        this.load = load;
        this.arguments = arguments;
    }

    void run() {
        load.begin();
        System.out.printf(
                "%n### More and more on %s%n%n| of the required load | due a second, each | beats recorded/s | of a call, p99, ms | rosters/s"
                        + " | p99, ms | cores of the client | of the server |%n|---|---|---|---|---|---|---|---|%n",
                load);
        double factor = arguments.get("from") / 100.0;
        String failure = "";
        for (int stage = 0; failure.isEmpty() && stage < MOST_STAGES; stage++) {
            Held held = hold(factor, stage == 0 ? load.warmup() : SETTLING_SECONDS);
            print(factor, held);
            failure = held.failure();
            factor *= 1 + arguments.get("growth") / 100.0;
        }
        System.out.println(
                failure.isEmpty() ? "\nAll of these loads were carried." : "\nFirst to give way: " + failure + ".");
    }

    private Held hold(double factor, int settlingSeconds) {
        double seconds = arguments.get("stage");
        LoadScenario.Stage stage = load.stage(factor, settlingSeconds, arguments.get("stage"));
        return new Held(
                stage.perSecond(),
                stage.recorded() / seconds,
                stage.beats().millis(99),
                stage.rosters().count() / seconds,
                stage.rosters().millis(99),
                stage.errors(),
                stage.wrong(),
                stage.usage());
    }

    private static void print(double factor, Held held) {
        System.out.printf(
                "| %.2f | %,.0f | %,.0f | %.2f | %,.0f | %.2f | %.2f | %.2f |%n",
                factor,
                held.due,
                held.recorded,
                held.beatMillis,
                held.rosters,
                held.rosterMillis,
                held.usage.clientCores(),
                held.usage.serverCores());
    }
}
