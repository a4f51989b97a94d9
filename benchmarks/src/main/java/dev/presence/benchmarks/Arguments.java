package dev.presence.benchmarks;

import dev.presence.LocalView;
import java.util.Collection;
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
            String name = name(argument);
            if (parts.length != 2 || !values.containsKey(name)) {
                throw new IllegalArgumentException(
                        argument + " is not one of --name=number with the names " + defaults.keySet());
            }
            values.put(name, Integer.valueOf(parts[1]));
        }
        return new Arguments(values);
    }

    /** Those of the options that have one of the names. */
    static List<String> of(List<String> given, Collection<String> names) {
        return given.stream().filter(argument -> names.contains(name(argument))).toList();
    }

    private static String name(String argument) {
        return argument.split("=", 2)[0].replaceFirst("^--", "");
    }

    int get(String name) {
        return values.getOrDefault(name, 0);
    }

    /** What the option {@code view} stands for. */
    LocalView view() {
        return get("view") == 1 ? LocalView.EVERYONE : LocalView.NONE;
    }
}
