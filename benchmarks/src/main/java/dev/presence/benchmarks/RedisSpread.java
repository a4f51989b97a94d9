package dev.presence.benchmarks;

import dev.presence.benchmarks.BeatWriter.Job;
import dev.presence.benchmarks.RedisProbe.Work;
import dev.presence.servers.RedisCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * What each master of a cluster has to do and to keep, over 1, 3 and 6 masters: that the work per beat does not grow with
 * them and that each has its share. All of them run on this machine, so beats a second would say nothing.
 */
final class RedisSpread {
    static final Map<String, Integer> DEFAULTS = Map.of("users", 1_000_000);

    private static final int[] MASTERS = {1, 3, 6};
    private static final int TIMEOUT_SECONDS = 3_600; // so that none is gone at the end

    private final BeatOrder users;
    private final List<List<Share>> clusters = new ArrayList<>();

    /** What one master got: keys, bytes, and the work of one beat of everybody. */
    private record Share(long keys, long bytes, Work work) {}

    RedisSpread(Arguments arguments) {
        users = BeatOrder.of(arguments.get("users"));
    }

    void run(Bars bars) {
        for (int masters : MASTERS) {
            try (RedisCluster cluster = RedisCluster.start(masters, 0)) {
                clusters.add(measure(cluster));
            }
        }
        print();
        bars.atMost(
                "scripts per beat, 6 masters against 1",
                1.1,
                " x",
                (double) sum(clusters.get(2), share -> share.work.scripts())
                        / sum(clusters.get(0), share -> share.work.scripts()),
                "not in DESIGN");
        bars.atMost(
                "the busiest of 6 masters",
                1.2,
                " x",
                unevenness(clusters.get(2), share -> share.work.all()),
                "of the mean; not in DESIGN");
        bars.atMost(
                "the fullest of 6 masters",
                1.2,
                " x",
                unevenness(clusters.get(2), Share::bytes),
                "of the mean; not in DESIGN");
    }

    private List<Share> measure(RedisCluster cluster) {
        List<RedisProbe> probes = cluster.uris().stream().map(RedisProbe::new).toList();
        Job job = new Job(cluster.uris().get(0), users, 1, 1_000, TIMEOUT_SECONDS);
        List<Long> empty = probes.stream().map(RedisProbe::bytes).toList();
        BeatRun.fill(BeatWay.STORE, job);
        List<Work> before = probes.stream().map(RedisProbe::work).toList();
        BeatRun.fill(BeatWay.STORE, job);
        LockSupport.parkNanos(1_000_000_000L); // until the masters have noticed that the connections are closed
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < probes.size(); i++) {
            RedisProbe probe = probes.get(i);
            shares.add(new Share(
                    probe.commands().dbsize(),
                    probe.bytes() - empty.get(i),
                    probe.work().since(before.get(i))));
            probe.close();
        }
        return shares;
    }

    private void print() {
        System.out.printf(
                "%n### Work per master, %,d users beating once; one machine with %d CPUs, so no rates%n%n"
                        + "| masters | bytes per user | scripts per 1,000 beats | commands per beat, those in scripts too | us of scripts per beat |"
                        + " most keys of a master, x mean | most commands | most bytes |%n|---|---|---|---|---|---|---|---|%n",
                users.size(), Runtime.getRuntime().availableProcessors());
        clusters.forEach(shares -> System.out.printf(
                "| %d | %.1f | %.1f | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
                shares.size(),
                perUser(shares, Share::bytes),
                1e3 * perUser(shares, share -> share.work.scripts()),
                perUser(shares, share -> share.work.all()),
                perUser(shares, share -> share.work.scriptMicros()),
                unevenness(shares, Share::keys),
                unevenness(shares, share -> share.work.all()),
                unevenness(shares, Share::bytes)));
    }

    private double perUser(List<Share> shares, ToLongFunction<Share> figure) {
        return (double) sum(shares, figure) / users.size();
    }

    private static double unevenness(List<Share> shares, ToLongFunction<Share> figure) {
        double mean = (double) sum(shares, figure) / shares.size();
        return shares.stream().mapToLong(figure).max().orElse(0) / mean;
    }

    private static long sum(List<Share> shares, ToLongFunction<Share> figure) {
        return shares.stream().mapToLong(figure).sum();
    }
}
