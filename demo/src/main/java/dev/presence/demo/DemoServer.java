package dev.presence.demo;

import dev.presence.HeartbeatTracker;
import dev.presence.http.CsrfCheck;
import dev.presence.http.PresenceServlet;
import dev.presence.http.Visibility;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The surface of presence in an embedded Jetty, with a way to sign in. */
final class DemoServer implements AutoCloseable {
    private final Server jetty = new Server();
    private final ServerConnector connector;
    private final InetSocketAddress address;
    private final Crowd crowd;

    private DemoServer(
            HeartbeatTracker tracker,
            SignedCookie cookies,
            InetSocketAddress address,
            List<String> simulated,
            Duration timeout) {
        this.address = address;
        crowd = new Crowd(tracker, simulated);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(64 * 1024); // the page names everybody it watches in one URL
        connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        jetty.addConnector(connector);
        jetty.setHandler(surface(tracker, cookies, timeout));
    }

    /**
     * Starts serving.
     *
     * @param tracker what to serve; the caller closes it after the server
     * @param cookies how callers are known
     * @param address where to listen; port 0 is any that is free
     * @param simulated whom the page is to show apart from its visitors
     * @param timeout what the page is to say of it
     * @throws IOException if the address is not to be had
     */
    static DemoServer start(
            HeartbeatTracker tracker,
            SignedCookie cookies,
            InetSocketAddress address,
            List<String> simulated,
            Duration timeout)
            throws IOException {
        DemoServer server = new DemoServer(tracker, cookies, address, simulated, timeout);
        try {
            server.connector.open();
            server.jetty.start();
            return server;
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "cannot listen on " + authority(address, address.getPort()) + ": " + reason(e, address), e);
        } catch (Exception e) {
            server.close();
            throw new IllegalStateException("Jetty does not start", e);
        }
    }

    private ServletContextHandler surface(HeartbeatTracker tracker, SignedCookie cookies, Duration timeout) {
        CsrfCheck csrf = CsrfCheck.sameOrigin(); // looks at Origin
        HttpServlet presence = PresenceServlet.builder(tracker)
                .caller(new DemoCaller(cookies))
                .visibility(Visibility.everyone())
                .csrf(csrf)
                .build();
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder("presence", presence), "/*");
        context.addServlet(new ServletHolder("login", new LoginServlet(cookies, csrf)), "/demo/login");
        ServletHolder counts = new ServletHolder("crowd", new CrowdServlet(crowd, timeout));
        context.addServlet(counts, "/demo/crowd");
        context.addServlet(counts, "/demo/people");
        ServletHolder page = new ServletHolder("page", new PageServlet(this::welcome));
        context.addServlet(page, "");
        context.addServlet(page, "/demo/page/*");
        return context;
    }

    private static String reason(IOException e, InetSocketAddress address) {
        Throwable innermost = e.getCause() == null ? e : e.getCause();
        return address.isUnresolved()
                ? "unknown host"
                : innermost.getMessage() + "; --port=0 takes any port that is free";
    }

    /** Where it listens, without a slash at the end. */
    URI uri() {
        return URI.create("http://" + authority(address, connector.getLocalPort()));
    }

    private static String authority(InetSocketAddress address, int port) {
        String host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** What to try. */
    String welcome() {
        return """
                Heartbeat presence is served at %1$s
                Open that in a browser. Or try, in another terminal:
                  curl -i -X POST '%1$s/heartbeat?as=u1'
                  curl '%1$s/status/users?ids=u1,u2&as=u1'
                  curl -i -X POST '%1$s/disconnect?as=u1'
                DEMO ONLY: ?as=u1 makes any caller any user, unchecked. So does POST /demo/login?user=u1, which sets a signed
                cookie for calls without ?as=. Let nobody else reach this port.
                """.formatted(uri());
    }

    @Override
    public void close() {
        crowd.close();
        try {
            jetty.stop();
            connector.close(); // opened by hand, so it may be open although Jetty never started
        } catch (Exception e) {
            throw new IllegalStateException("Jetty does not stop", e);
        }
    }
}
