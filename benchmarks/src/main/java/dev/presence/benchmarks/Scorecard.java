package dev.presence.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every row of what has to be shown, each measured by its own command in a JVM of its own, one after another. The quick form
 * takes smaller loads and says what came of them without judging.
 */
final class Scorecard {
    /** Where a command saves its rows for the scorecard, if it is set. */
    static final String FILE = "presence.bars";

    private static final List<Part> PARTS = List.of(
            part(Backend.INMEMORY, "in-process --zipf=0", "in-process --zipf=0 --users=100000 --rounds=1 --seconds=1"),
            part(Backend.INMEMORY, "heap", "heap --users=100000"),
            part(Backend.INMEMORY, "load", "load --users=100000 --seconds=5 --warmup=3"),
            part(Backend.INMEMORY, "lag"),
            part(Backend.INMEMORY, "growth --step=1000"),
            part(
                    Backend.REDIS,
                    "redis-beats --rounds=5 --seconds=3",
                    "redis-beats --users=100000 --rounds=1 --seconds=1"),
            part(Backend.REDIS, "redis-memory", "redis-memory --users=100000"),
            part(Backend.REDIS, "redis-roster --rounds=5"),
            part(Backend.REDIS, "redis-idle"),
            part(
                    Backend.REDIS,
                    "load --store=redis --warmup=100",
                    "load --store=redis --users=100000 --seconds=5 --warmup=3"),
            part(Backend.REDIS, "lag --store=redis"),
            part(Backend.REDIS, "redis-growth --users=10000000 --step=1000"),
            part(
                    Backend.POSTGRES,
                    "sql-beats --rounds=5 --seconds=3",
                    "sql-beats --users=100000 --rounds=1 --seconds=1"),
            part(Backend.POSTGRES, "sql-beats --rounds=5 --seconds=3 --fsync=0"),
            part(Backend.POSTGRES, "sql-size", "sql-size --users=100000 --beats=500000"),
            part(Backend.POSTGRES, "sql-roster --rounds=5"),
            part(Backend.POSTGRES, "sql-idle"),
            part(
                    Backend.POSTGRES,
                    "load --store=postgres --warmup=100",
                    "load --store=postgres --users=100000 --seconds=5 --warmup=3"),
            part(Backend.POSTGRES, "lag --store=postgres"),
            part(Backend.POSTGRES, "sql-growth --users=10000000 --step=1000"),
            part(Backend.H2, "load --store=h2 --warmup=100"));

    /** A command with its options, on what, and in the quick form; that is empty if there is none. */
    private record Part(Backend store, List<String> full, List<String> quick) {
        List<String> command(boolean isQuick) {
            return isQuick ? quick : full;
        }
    }

    private static Part part(Backend store, String full) {
        return new Part(store, words(full), List.of());
    }

    private static Part part(Backend store, String full, String quick) {
        return new Part(store, words(full), words(quick));
    }

    private static List<String> words(String command) {
        return Arrays.asList(command.split(" ", -1));
    }

    private final boolean isQuick;
    private final List<Part> parts;

    /**
     * @param options {@code --quick=1} for smaller loads, {@code --store=} for the rows of one store
     */
    Scorecard(List<String> options) {
        isQuick = Arguments.parse(Backend.others(options), Map.of("quick", 0)).get("quick") == 1;
        Optional<Backend> only = Backend.given(options);
        parts = PARTS.stream()
                .filter(part -> only.isEmpty() || only.get() == part.store)
                .filter(part -> !part.command(isQuick).isEmpty())
                .toList();
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("nothing of " + options + " is on the scorecard");
        }
    }

    /** What all commands measured. */
    Bars run() throws IOException, InterruptedException {
        Bars all = new Bars();
        for (Part part : parts) {
            measure(part.store, part.command(isQuick), all);
        }
        return all;
    }

    private void measure(Backend store, List<String> command, Bars all) throws IOException, InterruptedException {
        Path rows = Files.createTempFile("presence-bars", ".tsv");
        try {
            List<String> line = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmn256m", // small pauses: of the load's latencies, these are the collector's part
                    "-D" + FILE + "=" + rows,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()));
            line.addAll(command);
            int status = new ProcessBuilder(line).inheritIO().start().waitFor();
            all.add(store + ": ", rows);
            if (status != 0) {
                all.failed(store + ": " + String.join(" ", command), "ended with status " + status);
            }
        } finally {
            Files.delete(rows);
        }
    }

    /** Whether a bar is missed; in the quick form, whether something could not be measured. */
    boolean isFailed(Bars all) {
        return isQuick ? all.hasFailed() : !all.allHold();
    }

    void print(Bars all) {
        if (isQuick) {
            all.printFigures();
        } else {
            all.print();
        }
    }
}
