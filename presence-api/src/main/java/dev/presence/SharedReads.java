package dev.presence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads of many callers at once: a few are under way, and those that come meanwhile share the next question to the store, which
 * costs a round trip and two changes of thread whatever the number of users. A caller who is alone asks at once. Thread-safe.
 */
final class SharedReads {
    static final int MOST_USERS = 1_000; // of one question: what a store answers in one round trip

    private final PresenceStore store;
    private final int mostUnderWay;
    private final Queue<Read> waiting = new ArrayDeque<>(); // guarded by this, as is the next
    private int underWay;

    SharedReads(PresenceStore store, int mostUnderWay) {
        this.store = store;
        this.mostUnderWay = mostUnderWay;
    }

    static SharedReads of(PresenceStore store) {
        return new SharedReads(store, Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /** The read of one caller. */
    private static final class Read {
        final List<String> users;
        /** Completed with the reads that this caller has to ask for, or with none when another has. */
        final CompletableFuture<List<Read>> turn = new CompletableFuture<>();

        private @Nullable StatusBatch answer; // written before the turn comes

        Read(List<String> users) {
            this.users = users;
        }
    }

    /** As {@link PresenceStore#statuses}. */
    StatusBatch statuses(List<String> users) {
        Read mine = new Read(users);
        List<Read> together = begins(mine) ? List.of(mine) : mine.turn.join();
        if (together.size() == 1) {
            try {
                return store.statuses(users);
            } catch (PresenceStoreException e) {
                release();
                throw e;
            } finally {
                next();
            }
        }
        if (!together.isEmpty()) {
            askFor(together);
        }
        StatusBatch answer = mine.answer;
        return answer == null ? store.statuses(users) : answer; // it failed for all, perhaps because of others' users
    }

    private synchronized boolean begins(Read one) {
        if (underWay == mostUnderWay) {
            waiting.add(one);
            return false;
        }
        underWay++;
        return true;
    }

    private void askFor(List<Read> together) {
        try {
            Set<String> distinct = new LinkedHashSet<>();
            together.forEach(read -> distinct.addAll(read.users));
            StatusBatch all = store.statuses(List.copyOf(distinct));
            Map<String, UserStatus> byUser = new HashMap<>(2 * distinct.size());
            all.statuses().forEach(status -> byUser.put(status.user(), status));
            together.forEach(read -> read.answer = pick(read.users, byUser, all.nowMillis()));
        } catch (PresenceStoreException e) {
            release(); // each asks for itself, and is told what there is to tell
        } finally {
            next();
            together.subList(1, together.size()).forEach(read -> read.turn.complete(List.of()));
        }
    }

    private static StatusBatch pick(List<String> users, Map<String, UserStatus> byUser, long nowMillis) {
        List<UserStatus> picked = new ArrayList<>(users.size());
        for (String user : users) {
            UserStatus status = byUser.get(user);
            if (status == null) {
                throw new PresenceStoreException("the store left out one of the users it was asked for");
            }
            picked.add(status);
        }
        return new StatusBatch(nowMillis, picked);
    }

    /** Nobody waits in a row behind a store that does not answer. */
    private void release() {
        List<Read> all;
        synchronized (this) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(read -> read.turn.complete(List.of()));
    }

    /** The first of those who wait asks for as many as one question may hold. */
    private void next() {
        List<Read> together = new ArrayList<>();
        synchronized (this) {
            int users = 0;
            for (Read read = waiting.peek(); read != null; read = waiting.peek()) {
                users += read.users.size();
                if (!together.isEmpty() && users > MOST_USERS) {
                    break;
                }
                together.add(waiting.remove());
            }
            if (together.isEmpty()) {
                underWay--;
            }
        }
        if (!together.isEmpty()) {
            together.get(0).turn.complete(together);
        }
    }
}
