package dev.presence.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/** How many cores this process and the server took for a while. */
record Usage(double clientCores, double serverCores) {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** The CPU time of this process since its start, in steps of 10 ms. */
    static double clientSeconds() {
        return PROCESS.getProcessCpuTime() / 1e9;
    }

    /** The CPU time of the Java threads that live now, exactly: neither compilers nor collectors. */
    static double threadSeconds() {
        return Arrays.stream(THREADS.getAllThreadIds())
                        .map(THREADS::getThreadCpuTime)
                        .filter(nanos -> nanos > 0) // else it has ended meanwhile
                        .sum()
                / 1e9;
    }

    /** The beginning of a while. */
    record Start(ServerProbe server, long nanos, double client, double atServer) {
        static Start now(ServerProbe server) {
            return new Start(server, System.nanoTime(), clientSeconds(), server.cpuSeconds());
        }

        /** What was used from then to now. */
        Usage end() {
            double seconds = (System.nanoTime() - nanos) / 1e9;
            return new Usage((clientSeconds() - client) / seconds, (server.cpuSeconds() - atServer) / seconds);
        }
    }
}
