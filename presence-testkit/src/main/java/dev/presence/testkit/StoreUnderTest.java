package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.ManualClock;
import dev.presence.OnlinePage;
import dev.presence.PresenceStore;
import dev.presence.Sequence;
import dev.presence.StoreReply;
import dev.presence.StoreSettings;
import dev.presence.SweepReply;
import dev.presence.SweepRequest;
import dev.presence.UserStatus;
import dev.presence.Write;
import dev.presence.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A fresh store under a driven clock, seen from two nodes, in the words of the rules. */
final class StoreUnderTest {
    /** The timeout of the default settings, in milliseconds. */
    static final long TIMEOUT = 30_000;

    /** So long that no test is a gap between sweeps unless it wants to be. */
    private static final long NO_GAP = Duration.ofDays(10_000).toMillis();

    final ManualClock clock;
    final PresenceStore store;
    final PresenceStore other;
    private FeedPosition read;

    StoreUnderTest(ManualClock clock, PresenceStore store, PresenceStore other) {
        this.clock = clock;
        this.store = store;
        this.other = other;
        this.read = store.feed(FeedPosition.END, 1).next();
    }

    StoreSettings settings() {
        return store.settings();
    }

    long now() {
        return store.statuses(List.of()).nowMillis();
    }

    void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    // ---- writes, from the first node unless they say otherwise

    void beat(String user) {
        beat(user, Write.DEFAULT_SESSION);
    }

    void beat(String user, String session) {
        record(Write.beat(user, session, 0));
    }

    void end(String user) {
        record(Write.end(user, Write.DEFAULT_SESSION, 0));
    }

    void end(String user, String session) {
        record(Write.end(user, session, 0));
    }

    void endAll(String user) {
        record(Write.endAll(user, 0));
    }

    void forget(String user) {
        record(Write.forget(user));
    }

    StoreReply record(Write... writes) {
        return store.record(new WriteBatch("first", now(), List.of(writes)));
    }

    StoreReply recordOnOther(Write... writes) {
        return other.record(new WriteBatch("other", now(), List.of(writes)));
    }

    // ---- sweeps

    int sweep() {
        return sweep(1_000, 0).claimed();
    }

    SweepReply sweep(int limit, long flushMillis) {
        return store.expire(new SweepRequest("first", now(), NO_GAP, flushMillis, limit));
    }

    SweepReply sweepOnOther() {
        return other.expire(new SweepRequest("other", now(), NO_GAP, 0, 1_000));
    }

    SweepReply sweepEvery(long periodMillis) {
        return store.expire(new SweepRequest("first", now(), periodMillis, 0, 1_000));
    }

    // ---- reads

    UserStatus status(String user) {
        return store.statuses(List.of(user)).statuses().get(0);
    }

    UserStatus statusOnOther(String user) {
        return other.statuses(List.of(user)).statuses().get(0);
    }

    boolean isOnline(String user) {
        return status(user).isOnline();
    }

    /** Last seen as milliseconds since the given time. */
    long lastSeenSince(long start, String user) {
        return status(user).lastSeen().orElseThrow().toEpochMilli() - start;
    }

    long onlineCount() {
        return store.stats().onlineUsers();
    }

    List<String> onlineList(int limit) {
        List<String> users = new ArrayList<>();
        String cursor = OnlinePage.START;
        do {
            OnlinePage page = store.online(cursor, limit);
            users.addAll(page.users());
            cursor = page.cursor();
        } while (!cursor.equals(OnlinePage.START));
        return users;
    }

    /** The transitions since the last call, such as {@code "ada online"}: those of each user in order, user by user. */
    List<String> events() {
        return entries().stream()
                .map(entry -> entry.user() + " " + entry.presence().name().toLowerCase(Locale.ROOT))
                .toList();
    }

    List<FeedEntry> entries() {
        List<FeedEntry> entries = new ArrayList<>();
        for (FeedPage page = store.feed(read, 100); ; page = store.feed(read, 100)) {
            assertThat(page.continuity()).isEqualTo(FeedPage.Continuity.COMPLETE);
            entries.addAll(page.entries());
            read = page.next();
            if (page.entries().isEmpty()) {
                requireRisingNumbers(entries);
                entries.sort(Comparator.comparing(FeedEntry::user)); // stores may number users in groups
                return entries;
            }
        }
    }

    private static void requireRisingNumbers(List<FeedEntry> entries) {
        Map<List<Long>, Long> newest = new HashMap<>();
        for (FeedEntry entry : entries) {
            Sequence at = entry.sequence();
            Long before = newest.put(List.of(at.epoch(), (long) at.group()), at.number());
            assertThat(before == null || before < at.number())
                    .as("%s comes after number %s of its group", entry, before)
                    .isTrue();
        }
    }
}
