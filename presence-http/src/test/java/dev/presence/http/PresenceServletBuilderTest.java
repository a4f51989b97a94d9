package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PresenceServletBuilderTest {
    private static final String SOURCES = "src/%s/java/dev/presence/http/%s.java";

    private interface Friends {
        boolean areFriends(String caller, String user);
    }

    /** The example in the Javadoc of {@link PresenceServlet}. */
    static void example(dev.presence.HeartbeatTracker tracker, Friends friends, ServletContext context) {
        PresenceServlet servlet = PresenceServlet.builder(tracker)
                .visibility(Visibility.of((caller, user) -> friends.areFriends(caller, user)))
                .build();
        ServletRegistration.Dynamic presence = context.addServlet("presence", servlet);
        presence.setAsyncSupported(true); // for streams and long polls
        presence.addMapping("/presence/*");
    }

    @Test
    void exampleInTheJavadocCompiles() throws IOException {
        String javadoc = Files.readString(Path.of(SOURCES.formatted("main", "PresenceServlet")));
        String example = javadoc.substring(javadoc.indexOf("<pre>{@code") + 11, javadoc.indexOf("}</pre>"));
        String test = Files.readString(Path.of(SOURCES.formatted("test", "PresenceServletBuilderTest")));

        assertThat(plain(test)).contains(plain(example.replace("\n * ", "\n")));
    }

    private static String plain(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }

    @Test
    void nonsensicalLimitsAreRefused() {
        try (Parts parts = Parts.create()) {
            assertThatThrownBy(() -> parts.servlet().maximumIds(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("maximumIds must be at least 1, not 0");
            assertThatThrownBy(() -> parts.servlet().maximumBodyBytes(-1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("maximumBodyBytes must be at least 0, not -1");
            assertThatThrownBy(() -> parts.servlet().maximumStreams(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("maximumStreams must be at least 1, not 0");
            assertThatThrownBy(() -> parts.servlet().maximumStreamsPerCaller(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("maximumStreamsPerCaller must be at least 1, not 0");
        }
    }
}
