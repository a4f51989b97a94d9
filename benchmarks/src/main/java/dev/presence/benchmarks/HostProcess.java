package dev.presence.benchmarks;

import dev.presence.HeartbeatTracker;
import dev.presence.StoreSettings;
import dev.presence.http.PresenceServlet;
import dev.presence.http.PresenceSocketBuilder;
import jakarta.servlet.http.HttpServlet;
import jakarta.websocket.server.HandshakeRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A host with the surface of presence, in a process of its own. Answers with its port; then, for each line that it is told, with its
 * used heap after a collection and its resident memory, in megabytes.
 */
final class HostProcess {
    /** The header that names the caller. */
    static final String CALLER = "As";

    private HostProcess() {}

    /** Arguments: address of the store, time-out in milliseconds. */
    public static void main(String[] args) throws Exception {
        StoreSettings settings = StoreSettings.defaults().withTimeout(Duration.ofMillis(Long.parseLong(args[1])));
        Server jetty = new Server();
        try (SharedStore opened = SharedStore.open(args[0], settings);
                HeartbeatTracker tracker = HeartbeatTracker.create(opened.store());
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            ServerConnector connector = new ServerConnector(jetty);
            connector.setHost("127.0.0.1");
            connector.setAcceptQueueSize(1_000); // of 50, the kernel drops what comes in a crowd, for a second and more
            jetty.addConnector(connector);
            jetty.setHandler(surface(tracker));
            jetty.start();
            NodeProcess.answer("" + connector.getLocalPort());
            while (orders.readLine() != null) {
                System.gc();
                NodeProcess.answer(heapMegabytes() + " " + residentMegabytes());
            }
        } finally {
            jetty.stop();
        }
    }

    private static ServletContextHandler surface(HeartbeatTracker tracker) {
        HttpServlet servlet = PresenceServlet.builder(tracker)
                .caller(request -> Optional.ofNullable(request.getHeader(CALLER)))
                .build();
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(servlet), "/*");
        PresenceSocketBuilder sockets = PresenceSocketBuilder.of(tracker).caller(HostProcess::caller);
        JakartaWebSocketServletContainerInitializer.configure(
                context, (servlets, container) -> container.addEndpoint(sockets.build("/presence")));
        return context;
    }

    private static Optional<String> caller(HandshakeRequest request) {
        return request.getHeaders().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(CALLER))
                .map(header -> header.getValue().get(0))
                .findFirst();
    }

    private static long heapMegabytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }

    private static long residentMegabytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        List<String> lines = Files.isReadable(status) ? Files.readAllLines(status) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .findFirst()
                .orElse(0);
    }
}
