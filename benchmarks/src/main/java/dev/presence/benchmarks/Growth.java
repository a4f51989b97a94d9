package dev.presence.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;

/** How costs grow with the users, ours beside those of the bare thing: what grows with these too is cache misses, and not ours. */
final class Growth {
    /** From how many users to how many, by which factor, and how often each is measured in turn with the bare thing. */
    static final Map<String, Integer> DEFAULTS =
            Map.of("from", 10_000, "users", 10_000_000, "step", 10, "seconds", 3, "rounds", 5);

    static final String BEAT = "a beat";
    static final String ROSTER = "a roster of 10";
    static final String SWEEP = "a sweep with nobody due";
    static final String MEMORY = "a user";
    static final String MICROS = "microseconds";
    static final String BYTES = "bytes";

    private static final double MOST = 1.5;

    private final String where;
    private final String peer;
    private final Arguments arguments;
    private final List<Cost> costs = new ArrayList<>();

    /** Medians; of the bare thing NaN if it has none of this. */
    private record Cost(String what, String unit, long users, double ours, double bare, String peer) {}

    /**
     * @param where it is measured
     * @param peer the bare thing
     * @param arguments of the form of {@link #DEFAULTS}
     */
    Growth(String where, String peer, Arguments arguments) {
        if (arguments.get("from") < 1 || arguments.get("users") < arguments.get("from") || arguments.get("step") < 2) {
            throw new IllegalArgumentException(
                    "--from has to be at least 1, --users at least as many, and --step at least 2");
        }
        this.where = where;
        this.peer = peer;
        this.arguments = arguments;
    }

    List<Integer> users() {
        List<Integer> all = new ArrayList<>();
        for (long users = arguments.get("from"); users < arguments.get("users"); users *= arguments.get("step")) {
            all.add((int) users);
        }
        all.add(arguments.get("users"));
        return all;
    }

    /** Measures both in turn, in microseconds; the first turn warms up. */
    void inTurn(String what, int users, DoubleSupplier ours, DoubleSupplier bare) {
        List<Double> ones = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        for (int round = 0; round <= arguments.get("rounds"); round++) {
            double one = ours.getAsDouble();
            double other = bare.getAsDouble();
            if (round > 0) {
                ones.add(one);
                others.add(other);
            }
        }
        add(what, MICROS, users, ones, others);
    }

    /** What was measured turn by turn, perhaps without the bare thing. */
    void add(String what, String unit, int users, List<Double> ours, List<Double> bare) {
        add(what, unit, users, ours, bare, peer);
    }

    /** The same beside another peer. */
    void add(String what, String unit, int users, List<Double> ours, List<Double> bare, String other) {
        double ofBare = bare.isEmpty() ? Double.NaN : Medians.of(bare, Double::doubleValue);
        Cost cost = new Cost(what, unit, users, Medians.of(ours, Double::doubleValue), ofBare, other);
        costs.add(cost);
        System.out.println(line(cost)); // for whom the rest takes too long
    }

    /** Prints the lines of a table as {@link GrowthPlots} draws it. */
    void print() {
        System.out.printf("%n### Growth, %s, medians; ours and the bare thing%n%n```%n", where);
        lines().forEach(System.out::println);
        System.out.println("```");
    }

    /** One for each thing and number of users. */
    List<String> lines() {
        return whats().stream()
                .flatMap(what -> of(what).stream())
                .map(this::line)
                .toList();
    }

    private String line(Cost cost) {
        return String.join(
                "\t",
                where,
                cost.what,
                cost.unit,
                Long.toString(cost.users),
                number(cost.ours),
                number(cost.bare),
                cost.peer);
    }

    /** Beats and rosters may grow at most by so much more than the bare thing, from the fewest users to the most. */
    void judge(Bars bars) {
        for (String what : whats()) {
            List<Cost> all = of(what);
            Cost few = all.get(0);
            Cost many = all.get(all.size() - 1);
            if (all.size() > 1 && (what.equals(BEAT) || what.equals(ROSTER))) {
                double ours = many.ours / few.ours;
                double bare = many.bare / few.bare;
                bars.atMost(
                        String.format(Locale.ROOT, "growth of %s, %,d to %,d users", what, few.users, many.users),
                        MOST,
                        " x",
                        ours / bare,
                        String.format(Locale.ROOT, "%.2f against %.2f x of %s", ours, bare, peer));
            }
        }
    }

    private Set<String> whats() {
        Set<String> whats = new LinkedHashSet<>();
        costs.forEach(cost -> whats.add(cost.what));
        return whats;
    }

    private List<Cost> of(String what) {
        return costs.stream().filter(cost -> cost.what.equals(what)).toList();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, value < 10 ? "%.4g" : "%.1f", value);
    }
}
