package dev.presence.demo;

import java.util.List;
import java.util.stream.IntStream;

/** Names of people who do not exist. */
final class SimulatedNames {
    private static final List<String> FIRST = List.of(
            "Amara", "Bela", "Chiara", "Dario", "Elif", "Farid", "Greta", "Hana", "Ines", "Jonas", "Kofi", "Lucia",
            "Mateo", "Nadia", "Oskar", "Priya", "Rafael", "Sofia", "Tomas", "Yuki");
    private static final List<String> LAST = List.of(
            "Adler",
            "Baptiste",
            "Castillo",
            "Dvorak",
            "Eriksen",
            "Ferrari",
            "Garcia",
            "Haddad",
            "Ivanova",
            "Jensen",
            "Kimura",
            "Lindgren",
            "Moreau",
            "Novak",
            "Okafor",
            "Petrov",
            "Quinn",
            "Rossi",
            "Sato",
            "Tanaka");
    static final int MAXIMUM = FIRST.size() * LAST.size();

    private SimulatedNames() {}

    /** So many names, each once. */
    static List<String> of(int count) {
        return IntStream.range(0, count).mapToObj(SimulatedNames::name).toList();
    }

    private static String name(int i) {
        String last = LAST.get((i + i / FIRST.size()) % LAST.size());
        return FIRST.get(i % FIRST.size()) + " " + last;
    }
}
