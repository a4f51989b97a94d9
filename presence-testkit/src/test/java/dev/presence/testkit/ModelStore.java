package dev.presence.testkit;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.Ids;
import dev.presence.OnlinePage;
import dev.presence.Presence;
import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.Sequence;
import dev.presence.StatusBatch;
import dev.presence.StoreReply;
import dev.presence.StoreSettings;
import dev.presence.StoreStats;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import dev.presence.testkit.UserModel.OnEqualStamps;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The plainest store that keeps the contract: the sequential model behind one lock. The broken stores are made from it, each by
 * a change of one method.
 */
class ModelStore implements PresenceStore {
    final Map<String, UserModel> users = new TreeMap<>();
    final Set<String> online = new TreeSet<>(); // as reported
    final List<FeedEntry> feed = new ArrayList<>();
    final StoreSettings settings;
    private final PresenceClock clock;
    private final long epoch;
    private long highest;
    private long highestNanos;
    private long quietUntil = Long.MIN_VALUE;
    private long sweptNanos;
    private long period;
    private boolean closed;

    ModelStore(StoreSettings settings, PresenceClock clock) {
        this.settings = settings;
        this.clock = clock;
        highest = clock.millis();
        highestNanos = clock.nanos();
        epoch = highest;
    }

    @Override
    public StoreSettings settings() {
        return settings;
    }

    @Override
    public PresenceClock clock() {
        return clock;
    }

    /** Store time: the greater of the clock and the highest seen; a leap starts a quiet period. */
    long now() {
        long reading = clock.millis();
        if (reading > highest) {
            long nanos = clock.nanos();
            if (reading - highest - (nanos - highestNanos) / 1_000_000 > WriteBatch.FENCE_MILLIS) {
                quietUntil = reading + timeout();
            }
            highest = reading;
            highestNanos = nanos;
        }
        return highest;
    }

    boolean isQuiet(long now) {
        return now <= quietUntil;
    }

    String key(String user) {
        return user;
    }

    UserModel newUser() {
        return new UserModel(settings) {
            @Override
            boolean isQuiet(long now) {
                return ModelStore.this.isQuiet(now);
            }
        };
    }

    @Override
    public synchronized StoreReply record(WriteBatch batch) {
        requireOpen();
        long now = now();
        StoreReply.Verdict verdict = StoreReply.fence(now, batch.madeAtMillis());
        if (verdict == StoreReply.Verdict.DONE) {
            Set<String> ended = new HashSet<>();
            for (Write write : batch.writes()) {
                boolean inBatch = ended.contains(write.user()) || ended.contains(write.user() + '\0' + write.session());
                long stamp = Math.min(now, batch.madeAtMillis() - write.ageMillis());
                apply(write, stamp, now, inBatch ? OnEqualStamps.CALL_ORDER : OnEqualStamps.END_WINS);
                if (write.kind() == Write.Kind.END) {
                    ended.add(write.user() + '\0' + write.session());
                } else if (write.kind() != Write.Kind.BEAT) {
                    ended.add(write.user());
                }
            }
            for (Write write : batch.writes()) { // the net change of each user
                report(write.user(), users.get(key(write.user())), now, batch.node());
            }
        }
        return new StoreReply(verdict, now);
    }

    void apply(Write write, long stamp, long now, OnEqualStamps rule) {
        users.computeIfAbsent(key(write.user()), id -> newUser()).apply(write, stamp, now, rule);
    }

    void report(String id, UserModel user, long now, String node) {
        user.report().ifPresent(presence -> {
            if (presence == Presence.ONLINE) {
                online.add(id);
            } else {
                online.remove(id);
            }
            append(id, presence, now, node);
        });
    }

    void append(String id, Presence presence, long now, String node) {
        feed.add(new FeedEntry(id, presence, now, node, new Sequence(epoch, 0, feed.size() + 1)));
    }

    @Override
    public synchronized StatusBatch statuses(List<String> asked) {
        requireOpen();
        long now = now();
        return new StatusBatch(now, asked.stream().map(id -> status(id, now)).toList());
    }

    UserStatus status(String id, long now) {
        UserModel user = users.get(key(Ids.requireUser(id)));
        return user == null ? UserStatus.of(id, Presence.OFFLINE) : user.status(id, now);
    }

    @Override
    public synchronized SweepReply expire(SweepRequest request) {
        requireOpen();
        long now = now();
        StoreReply.Verdict verdict = StoreReply.fence(now, request.madeAtMillis());
        if (verdict == StoreReply.Verdict.LATE) {
            return new SweepReply(verdict, now, 0, now);
        }
        noteSweep(now, request.periodMillis());
        if (isQuiet(now)) {
            return new SweepReply(verdict, now, 0, quietUntil + 1);
        }
        return claim(request, now);
    }

    void noteSweep(long now, long periodMillis) {
        if (period > 0 && (clock.nanos() - sweptNanos) / 1_000_000 > 3 * period) {
            quietUntil = now + timeout();
        }
        sweptNanos = clock.nanos();
        period = periodMillis;
    }

    SweepReply claim(SweepRequest request, long now) {
        long delay = delay(request);
        long nextDue = Long.MAX_VALUE;
        int claimed = 0;
        for (String id : List.copyOf(online)) {
            if (claimed == request.limit()) {
                return new SweepReply(StoreReply.Verdict.DONE, now, claimed, now);
            }
            UserModel user = users.get(id);
            lapse(user, now, delay);
            report(id, user, now, request.node());
            for (long beat : user.beats.values()) {
                nextDue = Math.min(nextDue, beat + delay + 1);
            }
            claimed += online.contains(id) ? 0 : 1;
        }
        return new SweepReply(StoreReply.Verdict.DONE, now, claimed, Math.max(now + 1, nextDue));
    }

    long delay(SweepRequest request) {
        return timeout() + settings.grace().toMillis() + request.flushMillis();
    }

    void lapse(UserModel user, long now, long delay) {
        user.lapse(now, delay);
    }

    @Override
    public synchronized FeedPage feed(FeedPosition after, int limit) {
        requireOpen();
        FeedPosition end = at(feed.size());
        if (after.last().isEmpty()) {
            return new FeedPage(FeedPage.Continuity.COMPLETE, List.of(), end);
        }
        if (after.last().get(0).epoch() != epoch) {
            return new FeedPage(FeedPage.Continuity.NEW_EPOCH, List.of(), end);
        }
        int from = (int) after.last().get(0).number();
        int to = Math.min(feed.size(), from + limit);
        return new FeedPage(FeedPage.Continuity.COMPLETE, feed.subList(from, to), at(to));
    }

    private FeedPosition at(long number) {
        return new FeedPosition(List.of(new Sequence(epoch, 0, number)));
    }

    @Override
    public synchronized OnlinePage online(String cursor, int limit) {
        requireOpen();
        if (!cursor.equals(OnlinePage.START) && !cursor.startsWith("after ")) {
            throw new IllegalArgumentException("not a cursor");
        }
        long now = now();
        String after = cursor.isEmpty() ? "" : cursor.substring("after ".length());
        List<String> page = users.keySet().stream()
                .filter(id -> id.compareTo(after) > 0 && isListed(id, now))
                .limit(limit)
                .toList();
        return new OnlinePage(page, page.size() < limit ? OnlinePage.START : "after " + page.get(page.size() - 1));
    }

    boolean isListed(String id, long now) {
        return online.contains(id);
    }

    @Override
    public synchronized StoreStats stats() {
        requireOpen();
        long dropped = users.values().stream().mapToLong(UserModel::dropped).sum();
        return new StoreStats(online.size(), dropped, 0, 0);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    long timeout() {
        return settings.timeout().toMillis();
    }
}
