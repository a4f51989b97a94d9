package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the feed. Which groups have news it hears from their messages; and since a message can be lost, the last one too, it asks
 * all groups once in a while. Thread-safe.
 */
final class Feed {
    private static final byte[] EPOCH = "epoch".getBytes(US_ASCII);
    private static final byte[] SEQ = "seq".getBytes(US_ASCII);
    private static final long ASK_MILLIS = 900; // a little less than trackers take between sweeps by default

    private final GroupCalls calls;
    private final FeedReader reader = new FeedReader();
    private final Map<Integer, Sequence> known = new ConcurrentHashMap<>(); // the end of each group, as far as heard
    private volatile long askedMillis;
    private volatile boolean hasAsked;
    private volatile Set<Integer> away = Set.of(); // groups that did not answer when all were asked

    Feed(GroupCalls calls) {
        this.calls = calls;
    }

    /** Takes a message: group, epoch, number. */
    void hear(String message) {
        String[] parts = message.split(" ", -1);
        if (parts.length != 3) {
            return; // somebody else's
        }
        try {
            int group = Integer.parseUnsignedInt(parts[0]);
            if (group < calls.shared().layout().groups()) {
                hear(new Sequence(Long.parseLong(parts[1]), group, Long.parseLong(parts[2])));
            }
        } catch (NumberFormatException e) {
            // somebody else's
        }
    }

    private void hear(Sequence end) {
        known.merge(
                end.group(), end, (old, now) -> old.epoch() == now.epoch() && old.number() > now.number() ? old : now);
    }

    FeedPage read(FeedPosition after, int limit) {
        Layout layout = calls.shared().layout();
        if (after.last().size() == layout.groups() && !isTimeToAsk()) {
            FeedPosition heard = heard(after);
            if (heard != null) {
                FeedPage page = page(layout, after, heard, limit);
                if (page.continuity().goesOn()) {
                    return page;
                }
            }
        }
        return page(layout, after, ask(layout, after), limit);
    }

    private boolean isTimeToAsk() {
        return calls.isDriven() || !hasAsked || calls.elapsedMillis() - askedMillis > ASK_MILLIS;
    }

    /** The ends as far as heard; null if an epoch is news. */
    private @Nullable FeedPosition heard(FeedPosition after) {
        List<Sequence> last = new ArrayList<>(after.last());
        for (Sequence end : known.values()) {
            if (end.group() >= last.size()) {
                continue; // of a layout that is gone
            }
            Sequence read = last.get(end.group());
            if (end.epoch() != read.epoch()) {
                return null;
            }
            if (end.number() > read.number()) {
                last.set(end.group(), end);
            }
        }
        return new FeedPosition(last);
    }

    private FeedPosition ask(Layout layout, FeedPosition after) {
        Pipeline pipeline = calls.pipeline();
        List<Pipeline.Sent<List<Object>>> asked = new ArrayList<>();
        for (int group = 0; group < layout.groups(); group++) {
            asked.add(pipeline.hmget(layout.meta(group), EPOCH, SEQ));
        }
        long millis = calls.elapsedMillis();
        hasAsked = false; // what was heard is no answer while the server gives none
        pipeline.run();
        Set<Integer> lost = new HashSet<>();
        FeedPosition end = reader.end(after, pipeline, asked, lost);
        away = lost;
        askedMillis = millis;
        hasAsked = true;
        for (Sequence last : end.last()) {
            if (isNews(last)) {
                calls.listenAgain(last.group()); // no message of it came, or it is still on its way
            }
        }
        return end;
    }

    private boolean isNews(Sequence end) {
        Sequence before = known.get(end.group());
        hear(end); // unless a message said more meanwhile
        return before != null && (before.epoch() != end.epoch() || before.number() < end.number());
    }

    private FeedPage page(Layout layout, FeedPosition after, FeedPosition end, int limit) {
        Map<Integer, Integer> grown = reader.grown(after, end, limit);
        if (grown.isEmpty()) {
            return asReached(reader.page(after, end));
        }
        Pipeline pipeline = calls.pipeline();
        Map<Integer, Pipeline.Sent<List<Object>>> asked = new LinkedHashMap<>();
        grown.forEach((group, most) -> {
            String last = after.last().get(group).number() + "-0";
            asked.put(group, pipeline.xrange(layout.feed(group), last, most));
        });
        pipeline.run();
        Map<Integer, List<Object>> streams = new LinkedHashMap<>();
        for (Map.Entry<Integer, Pipeline.Sent<List<Object>>> one : asked.entrySet()) {
            try {
                streams.put(one.getKey(), Replies.list(pipeline.result(one.getValue())));
            } catch (PresenceStoreUnavailableException e) {
                calls.lost(one.getKey());
                known.remove(one.getKey()); // its transitions are read when it is back, and those of others meanwhile
            }
        }
        FeedPage page = reader.page(after, end, streams, limit);
        return streams.size() < grown.size() ? partial(page) : asReached(page);
    }

    private FeedPage asReached(FeedPage page) {
        return away.isEmpty() ? page : partial(page);
    }

    private static FeedPage partial(FeedPage page) {
        return page.continuity().goesOn()
                ? new FeedPage(FeedPage.Continuity.PARTIAL, page.entries(), page.next())
                : page;
    }
}
