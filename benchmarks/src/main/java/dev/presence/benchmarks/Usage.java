package dev.presence.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many cores this process and the server took, from the making of this to {@link #end}. */
final class Usage {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final ServerProbe server;
    private final long nanos = System.nanoTime();
    private final double client = clientSeconds();
    private final double atServer;
    private double clientCores;
    private double serverCores;

    Usage(ServerProbe server) {
        this.server = server;
        atServer = server.cpuSeconds();
    }

    private static double clientSeconds() {
        return PROCESS.getProcessCpuTime() / 1e9;
    }

    Usage end() {
        double seconds = (System.nanoTime() - nanos) / 1e9;
        clientCores = (clientSeconds() - client) / seconds;
        serverCores = (server.cpuSeconds() - atServer) / seconds;
        return this;
    }

    double clientCores() {
        return clientCores;
    }

    double serverCores() {
        return serverCores;
    }
}
