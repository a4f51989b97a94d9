package dev.presence.http;

import jakarta.servlet.Filter;
import java.util.Optional;

/** A container with the surface of presence, on a free port of the loopback interface: the one that the tests are run on. */
interface HostServer extends AutoCloseable {
    /** Room for the longest rosters in a URL. */
    int HEADER_BYTES = 512 * 1024;

    /** So little that readers are soon slow. */
    int SEND_BUFFER_BYTES = 64 * 1024;

    /** What a host has deployed. */
    record Surface(
            PresenceServlet servlet,
            String contextPath,
            String mapping,
            Filter filter,
            Optional<PresenceSocketBuilder> sockets) {}

    /** Starts the container whose classes are there: see the two runs of the tests in the POM. */
    static HostServer start(Surface surface) {
        String name = System.getProperty("presence.http.server", "jetty");
        return switch (name) {
            case "jetty" -> new JettyServer(surface);
            case "tomcat" -> new TomcatServer(surface);
            default -> throw new IllegalArgumentException(name + " is neither jetty nor tomcat");
        };
    }

    int port();

    /** Whether the container takes two slashes in a path for one before the servlet sees it. */
    boolean mergesSlashes();

    @Override
    void close();
}
