package dev.presence.http;

import dev.presence.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A query as it came over the wire. The container's own parameters will not do: they are decoded, so a comma in an id would
 * split it, and asking for them may read the body.
 */
final class Query {
    private final List<String> parameters;

    private Query(List<String> parameters) {
        this.parameters = parameters;
    }

    static Query of(@Nullable String raw) {
        return new Query(raw == null ? List.of() : List.of(raw.split("&", -1)));
    }

    /** The one value of a parameter, decoded. */
    Optional<String> value(String name) {
        List<String> values = rawValues(name);
        if (values.size() > 1) {
            throw Problem.badRequest("the parameter " + name + " is given more than once");
        }
        return values.stream().findFirst().map(PercentEncoding::decode);
    }

    /** A parameter that is true, or false as it is when absent. */
    boolean flag(String name) {
        String value = value(name).orElse("false");
        if (!value.equals("true") && !value.equals("false")) {
            throw Problem.badRequest("the parameter " + name + " must be true or false");
        }
        return value.equals("true");
    }

    /** All ids in the order in which they are asked, repeated ones too. */
    List<String> ids(int maximum) {
        List<String> values = rawValues("ids");
        if (values.isEmpty()) {
            throw Problem.badRequest("the parameter ids is missing; ids= asks for nobody");
        }
        List<String> ids = new ArrayList<>();
        for (String value : values) {
            if (!value.isEmpty()) {
                for (String part : value.split(",", -1)) {
                    if (ids.size() == maximum) {
                        throw Problem.badRequest("at most " + maximum + " ids can be asked at once");
                    }
                    ids.add(Problem.unlessWellFormed(Ids::requireUser, PercentEncoding.decode(part)));
                }
            }
        }
        return ids;
    }

    private List<String> rawValues(String name) {
        List<String> values = new ArrayList<>();
        for (String parameter : parameters) {
            if (parameter.equals(name)) {
                values.add("");
            } else if (parameter.startsWith(name + "=")) {
                values.add(parameter.substring(name.length() + 1));
            }
        }
        return values;
    }
}
