package dev.presence.http;

import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.websocket.server.WsSci;

/** Tomcat 11. */
final class TomcatServer implements HostServer {
    private static final Logger LOG = Logger.getLogger("org.apache"); // kept, or its level would be forgotten
    private static final String DIRECTORY =
            Path.of("target", "tomcat").toAbsolutePath().toString();

    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector();
    private boolean closed;

    TomcatServer(Surface surface) {
        LOG.setLevel(Level.OFF); // as in logback-test.xml
        tomcat.setBaseDir(DIRECTORY);
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxHttpRequestHeaderSize", "" + HEADER_BYTES);
        connector.setProperty("socket.txBufSize", "" + SEND_BUFFER_BYTES);
        tomcat.setConnector(connector);
        String path = surface.contextPath().equals("/") ? "" : surface.contextPath();
        deploy(tomcat.addContext(path, DIRECTORY), surface);
        try {
            tomcat.start();
        } catch (LifecycleException e) {
            throw new IllegalStateException("Tomcat does not start", e);
        }
    }

    private static void deploy(Context context, Surface surface) {
        ((StandardContext) context).setUnloadDelay(100); // while streams are open; with 0 it waits for ever
        FilterDef filter = new FilterDef();
        filter.setFilterName("filter");
        filter.setFilter(surface.filter());
        filter.setAsyncSupported("true");
        context.addFilterDef(filter);
        FilterMap filtered = new FilterMap();
        filtered.setFilterName("filter");
        filtered.addURLPattern("/*");
        context.addFilterMap(filtered);
        Wrapper servlet = Tomcat.addServlet(context, "presence", surface.servlet());
        servlet.setAsyncSupported(true);
        servlet.addMapping(surface.mapping());
        surface.sockets().ifPresent(sockets -> {
            context.addServletContainerInitializer(new WsSci(), null);
            context.addServletContainerInitializer(
                    (classes, servlets) -> {
                        try {
                            ((ServerContainer) servlets.getAttribute(ServerContainer.class.getName()))
                                    .addEndpoint(sockets.build("/presence"));
                        } catch (DeploymentException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    null);
        });
    }

    @Override
    public boolean mergesSlashes() {
        return true;
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException("Tomcat does not stop", e);
        }
    }
}
