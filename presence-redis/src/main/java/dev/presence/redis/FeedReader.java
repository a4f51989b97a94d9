package dev.presence.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.FeedEntry;
import dev.presence.FeedPage;
import dev.presence.FeedPosition;
import dev.presence.Presence;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Understands the feed's streams: one per group, an entry per script call with the transitions of many users. Stateless. */
final class FeedReader {
    private static final int HEADER = 4; // fields and values before the transitions: n node t time

    /**
     * Where the feed ends: epoch and number are zero for a group that nobody has written to. One whose master does not answer ends
     * where the reader stands, and is added to those that are away: what it has is read when it is back.
     */
    FeedPosition end(
            FeedPosition after, Pipeline pipeline, List<Pipeline.Sent<List<Object>>> asked, Set<Integer> away) {
        boolean mayGuess = after.last().size() == asked.size();
        boolean anyAnswer = false;
        PresenceStoreUnavailableException failure = null;
        List<Sequence> last = new ArrayList<>(asked.size());
        for (int group = 0; group < asked.size(); group++) {
            try {
                List<Object> meta = Replies.list(pipeline.result(asked.get(group)));
                last.add(new Sequence(Replies.number(meta.get(0), 0), group, Replies.number(meta.get(1), 0)));
                anyAnswer = true;
            } catch (PresenceStoreUnavailableException e) {
                failure = e;
                if (!mayGuess) {
                    throw e;
                }
                last.add(after.last().get(group));
                away.add(group);
            }
        }
        if (!anyAnswer && failure != null) {
            throw failure;
        }
        return new FeedPosition(last);
    }

    /**
     * How many transitions to read of which groups, at most as many as said: most of those that grew most, so that none falls far
     * behind. None if the feed does not go on from there.
     */
    Map<Integer, Integer> grown(FeedPosition after, FeedPosition end, int limit) {
        Map<Integer, Integer> wanted = new LinkedHashMap<>();
        if (after.last().size() != end.last().size() || isNewEpoch(after, end)) {
            return wanted;
        }
        ToLongFunction<Sequence> growth =
                head -> head.number() - after.last().get(head.group()).number();
        List<Sequence> heads = new ArrayList<>(end.last());
        heads.removeIf(head -> growth.applyAsLong(head) <= 0);
        heads.sort(Comparator.comparingLong(growth).reversed());
        int left = limit;
        for (Sequence head : heads) {
            int some = (int) Math.min(left, growth.applyAsLong(head));
            if (some > 0) {
                wanted.put(head.group(), some);
            }
            left -= some;
        }
        return wanted;
    }

    /** A group's first epoch is none that anybody has missed anything of; one that is not as far as it was has lost something. */
    private static boolean isNewEpoch(FeedPosition after, FeedPosition end) {
        for (Sequence head : end.last()) {
            Sequence known = after.last().get(head.group());
            if (known.epoch() != 0 && (known.epoch() != head.epoch() || known.number() > head.number())) {
                return true;
            }
        }
        return false;
    }

    /** The page where there is nothing to read. */
    FeedPage page(FeedPosition after, FeedPosition end) {
        if (after.last().isEmpty()) {
            return new FeedPage(FeedPage.Continuity.COMPLETE, List.of(), end);
        }
        boolean otherLayout = after.last().size() != end.last().size();
        boolean lost = otherLayout || isNewEpoch(after, end);
        return new FeedPage(lost ? FeedPage.Continuity.NEW_EPOCH : FeedPage.Continuity.COMPLETE, List.of(), end);
    }

    FeedPage page(FeedPosition after, FeedPosition end, Map<Integer, List<Object>> streams, int limit) {
        List<FeedEntry> entries = new ArrayList<>();
        List<Sequence> next = new ArrayList<>(after.last());
        for (Map.Entry<Integer, List<Object>> stream : streams.entrySet()) {
            int group = stream.getKey();
            long epoch = end.last().get(group).epoch();
            long number = after.last().get(group).number();
            if (stream.getValue().isEmpty()) {
                return trimmed(end);
            }
            for (Object one : stream.getValue()) {
                if (entries.size() == limit) {
                    break;
                }
                List<Object> entry = Replies.list(one);
                List<Object> fields = Replies.list(entry.get(1));
                long last = Long.parseLong(Replies.text(entry.get(0)).split("-", 2)[0]);
                long first = last - (fields.size() - HEADER) / 2 + 1;
                if (first > number + 1) {
                    return trimmed(end);
                }
                String node = new String(Replies.bytes(fields.get(1)), UTF_8);
                long at = Replies.number(fields.get(3));
                for (long i = number + 1; i <= last && entries.size() < limit; i++) {
                    int field = HEADER + 2 * (int) (i - first);
                    entries.add(new FeedEntry(
                            new String(Replies.bytes(fields.get(field)), UTF_8),
                            Replies.text(fields.get(field + 1)).equals("1") ? Presence.ONLINE : Presence.OFFLINE,
                            at,
                            node,
                            new Sequence(epoch, group, i)));
                    number = i;
                }
            }
            next.set(group, new Sequence(epoch, group, number));
        }
        for (int group = 0; group < next.size(); group++) {
            if (next.get(group).epoch() == 0) {
                next.set(
                        group,
                        new Sequence(
                                end.last().get(group).epoch(),
                                group,
                                next.get(group).number()));
            }
        }
        return new FeedPage(FeedPage.Continuity.COMPLETE, entries, new FeedPosition(next));
    }

    private static FeedPage trimmed(FeedPosition end) {
        return new FeedPage(FeedPage.Continuity.TRIMMED, List.of(), end);
    }
}
