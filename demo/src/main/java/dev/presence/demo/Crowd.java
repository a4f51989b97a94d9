package dev.presence.demo;

import dev.presence.HeartbeatTracker;
import dev.presence.OnlinePage;
import dev.presence.Presence;
import dev.presence.PresenceClock;
import dev.presence.PresenceStoreException;
import dev.presence.Subscription;
import dev.presence.Transition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who can be watched, and how many were online in each of the last seconds. Thread-safe. */
final class Crowd implements AutoCloseable {
    static final int SAMPLES = 240;
    static final int MAXIMUM_VISITORS = 80;
    private static final long SECOND_MILLIS = 1_000;

    private final HeartbeatTracker tracker;
    private final List<String> simulated;
    private final Set<String> names;
    private final PresenceClock clock = PresenceClock.system();
    private final Subscription subscription;
    private final Set<String> visitors = new LinkedHashSet<>(); // guarded by this, as are the next three
    private int visitorChanges;
    private final Deque<Long> samples = new ArrayDeque<>();
    private long firstSample;

    /**
     * Begins to count.
     *
     * @param tracker what to count in; the caller closes it after this
     * @param simulated those who are no visitors
     */
    Crowd(HeartbeatTracker tracker, List<String> simulated) {
        this.tracker = tracker;
        this.simulated = List.copyOf(simulated);
        names = Set.copyOf(simulated);
        subscription = tracker.addListener(this::onTransition);
        OnlinePage here = tracker.onlineUsers(OnlinePage.START, MAXIMUM_VISITORS);
        here.users().forEach(this::visit);
        var unused = clock.schedule(this::everySecond, SECOND_MILLIS / 2, 0); // when whoever is simulated has come
    }

    private void onTransition(Transition transition) {
        if (transition.presence() == Presence.ONLINE) {
            visit(transition.user());
        }
    }

    private synchronized void visit(String user) {
        if (names.contains(user) || !visitors.add(user)) {
            return;
        }
        visitorChanges++;
        if (visitors.size() > MAXIMUM_VISITORS) {
            visitors.remove(visitors.iterator().next()); // who came first
        }
    }

    private void everySecond() {
        try {
            sample();
        } catch (PresenceStoreException e) {
            // the tracker has told of the outage; the chart has a second less
        } finally {
            var unused = clock.schedule(this::everySecond, SECOND_MILLIS, 0);
        }
    }

    /** Counts once. */
    void sample() {
        long online = tracker.onlineCount();
        synchronized (this) {
            samples.add(online);
            if (samples.size() > SAMPLES) {
                samples.remove();
                firstSample++;
            }
        }
    }

    /** What is new after so many samples; of a caller who knows more than there were, everything. */
    synchronized News since(long known) {
        long end = firstSample + samples.size();
        long from = known > end ? firstSample : Math.max(known, firstSample);
        List<Long> news = new ArrayList<>(samples).subList((int) (from - firstSample), samples.size());
        return new News(from, List.copyOf(news), visitorChanges);
    }

    /** Those who beat themselves, in the order in which they came first. */
    synchronized List<String> visitors() {
        return List.copyOf(visitors);
    }

    List<String> simulated() {
        return simulated;
    }

    @Override
    public void close() {
        clock.close();
        subscription.close();
    }

    /**
     * What a page has not been told.
     *
     * @param from the number of the first sample here
     * @param online how many were online, one a second
     * @param people a number that grows when there are further visitors
     */
    record News(long from, List<Long> online, int people) {}
}
