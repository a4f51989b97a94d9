package dev.presence;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Takes what the feed says to what is known, and tells listeners and rosters what is new by it. Called under the follower's lock. */
final class Audience {
    private final String node;
    private final KnownUsers known;
    private final Counters counters;
    private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
    private volatile @Nullable Rosters rosters;

    Audience(String node, KnownUsers known, Counters counters) {
        this.node = node;
        this.known = known;
        this.counters = counters;
    }

    void rosters(Rosters value) {
        rosters = value;
    }

    boolean hasRosters() {
        Rosters some = rosters;
        return some != null && !some.isEmpty();
    }

    void closeRosters() {
        Rosters some = rosters;
        if (some != null) {
            some.close();
        }
    }

    boolean hasListeners() {
        return !mailboxes.isEmpty();
    }

    List<Mailbox> listeners() {
        return List.copyOf(mailboxes);
    }

    void add(Mailbox mailbox) {
        mailboxes.add(mailbox);
    }

    boolean remove(Mailbox mailbox) {
        return mailboxes.remove(mailbox);
    }

    /** As one change: readers see no step between, which may be over already. */
    void follow(List<FeedEntry> entries) {
        Map<String, Presence> now = new HashMap<>();
        List<Transition> news = new ArrayList<>();
        for (FeedEntry entry : entries) {
            boolean online = entry.presence() == Presence.ONLINE;
            Presence before = now.put(entry.user(), entry.presence());
            boolean wasOnline = before == null ? known.isOnline(entry.user()) : before == Presence.ONLINE;
            if (online == wasOnline) {
                counters.add(Counter.REPEATED_TRANSITIONS, known.isEveryone() ? 1 : 0);
            } else if (known.isEveryone() || known.find(entry.user()) != null) {
                news.add(transition(entry.user(), entry.presence(), Instant.ofEpochMilli(entry.atMillis()), entry));
            }
        }
        now.forEach(known::follow);
        tell(news);
    }

    /** What happened between, without saying when and where. */
    List<Transition> difference(Set<String> before, Set<String> online, Instant now) {
        List<Transition> news = new ArrayList<>();
        for (String user : before) {
            if (!online.contains(user)) {
                news.add(transition(user, Presence.OFFLINE, now, null));
            }
        }
        for (String user : online) {
            if (!before.contains(user)) {
                news.add(transition(user, Presence.ONLINE, now, null));
            }
        }
        return news;
    }

    private Transition transition(String user, Presence presence, Instant at, @Nullable FeedEntry entry) {
        return new Transition(
                user,
                presence,
                at,
                entry == null ? Optional.empty() : Optional.of(entry.sequence()),
                entry != null && entry.node().equals(node) ? Transition.Origin.HERE : Transition.Origin.ELSEWHERE);
    }

    void tell(List<Transition> news) {
        Rosters some = rosters;
        for (Transition transition : news) {
            boolean online = transition.presence() == Presence.ONLINE;
            counters.increment(online ? Counter.ONLINE_TRANSITIONS : Counter.OFFLINE_TRANSITIONS);
            mailboxes.forEach(mailbox -> mailbox.offer(transition));
            if (some != null) {
                some.tell(transition);
            }
        }
    }
}
