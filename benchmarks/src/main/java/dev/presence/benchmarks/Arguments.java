package dev.presence.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options of the form {@code --name=number}, with defaults; one that is not known is refused. */
final class Arguments {
    private final Map<String, Integer> values;

    private Arguments(Map<String, Integer> values) {
        this.values = values;
    }

    static Arguments parse(List<String> given, Map<String, Integer> defaults) {
        Map<String, Integer> values = new HashMap<>(defaults);
        for (String argument : given) {
            String[] parts = argument.split("=", 2);
            String name = parts[0].replaceFirst("^--", "");
            if (parts.length != 2 || !values.containsKey(name)) {
                throw new IllegalArgumentException(
                        argument + " is not one of --name=number with the names " + defaults.keySet());
            }
            values.put(name, Integer.valueOf(parts[1]));
        }
        return new Arguments(values);
    }

    int get(String name) {
        return values.getOrDefault(name, 0);
    }
}
