package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What presence.d.ts says is what presence.js has. */
final class ClientTypesTest {
    private final String script = file("presence.js");
    private final String types = file("presence.d.ts");

    private static String file(String name) {
        try (InputStream in = PresenceServlet.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What the first group finds, sorted and each once. */
    private static List<String> all(String pattern, String text) {
        return List.copyOf(new TreeSet<>(Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList()));
    }

    /** What stands between the line that begins so and the first that ends it. */
    private static String body(String beginning, String text) {
        int begin = text.indexOf(beginning);
        assertThat(begin).as(beginning).isNotNegative();
        return text.substring(begin, text.indexOf("\n}", begin));
    }

    @Test
    void theSameClassesAreExported() {
        String exported = "^export (?:class|function|const|let) (\\w+)";
        assertThat(all(exported, types)).isEqualTo(all(exported, script)).contains("Presence", "PresenceProblem");
    }

    @Test
    void theSameMembersArePublic() {
        String typed = body("export class Presence {", types);
        String written = body("export class Presence {", script);
        assertThat(all("^  (\\w+)\\(", typed))
                .isEqualTo(all("^  (?:async )?(\\w+)\\([^)]*\\) \\{", written))
                .contains("constructor", "start", "age");
        assertThat(all("^  readonly (\\w+)\\??:", typed))
                .isEqualTo(
                        Stream.concat(all("^  get (\\w+)\\(", written).stream(), all("^  (\\w+) = ", written).stream())
                                .sorted()
                                .toList())
                .contains("session", "statuses");
    }

    @Test
    void everyOptionIsReadAndNoOther() {
        List<String> typed = all("^  (\\w+)\\?:", body("export interface PresenceOptions {", types));
        assertThat(all("options\\.(\\w+)", script)).isSubsetOf(typed);
        assertThat(typed).allSatisfy(option -> assertThat(script).containsPattern("\\b" + option + "\\b"));
    }
}
