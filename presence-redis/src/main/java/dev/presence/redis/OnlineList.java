package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.OnlinePage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The online users by pages. The list goes through the groups, and in each through classes of users that always share their
 * buckets, however many of these there are: so it is complete and without duplicates also while users move between buckets.
 */
final class OnlineList {
    private static final byte[] STEP = "step".getBytes(US_ASCII);
    private static final int GROUPS_AT_ONCE = 16;

    private final GroupCalls calls;
    private final Layout layout;

    OnlineList(GroupCalls calls) {
        this.calls = calls;
        layout = calls.shared().layout();
    }

    /**
     * Where a page begins.
     *
     * @param classes how many classes of users the list was begun with
     */
    private record Place(int classes, int group, int userClass) {
        private String toCursor(Layout layout) {
            return layout.id() + "/" + classes + "/" + group + "/" + userClass;
        }

        private static Place parse(String cursor, Layout layout) {
            if (cursor.equals(OnlinePage.START)) {
                return new Place(layout.spread().classes(), 0, 0);
            }
            String[] parts = cursor.split("/", -1);
            try {
                if (parts.length == 4 && parts[0].equals(layout.id())) {
                    Place place = new Place(
                            Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
                    if (place.userClass >= 0
                            && place.group >= 0
                            && place.group < layout.groups()
                            && layout.mayHaveHad(place.classes)) {
                        return place;
                    }
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new IllegalArgumentException(
                    "not a cursor of this store; pass OnlinePage.START, then what each page says");
        }
    }

    /**
     * A class of users.
     *
     * @param buckets where they are; those that users move out of first, so that nobody slips through
     */
    private record Part(int group, int userClass, List<Integer> buckets) {}

    /** Returns null if the nodes have agreed on another layout meanwhile. */
    @Nullable
    OnlinePage page(String cursor, int limit) {
        Place from = Place.parse(cursor, layout);
        int to = Math.min(layout.groups(), from.group + GROUPS_AT_ONCE);
        List<Part> parts = parts(from, to);
        if (parts == null) {
            return null;
        }
        Set<String> users = new LinkedHashSet<>();
        int read = 0;
        while (read < parts.size() && users.size() < limit) {
            // how full they are is known from the first one, and then better and better
            long more = read == 0 ? 1 : Math.max(1, (long) read * (limit - users.size()) / (users.size() + 1));
            List<Part> some = parts.subList(read, (int) Math.min(parts.size(), read + more));
            if (!read(some, from.classes, users)) {
                return null;
            }
            read += some.size();
        }
        if (read == parts.size()) {
            return page(users, new Place(from.classes, to, 0));
        }
        Part next = parts.get(read);
        return page(users, new Place(from.classes, next.group, next.userClass));
    }

    /** Adds who is online in some classes. Returns false if the nodes have agreed on another layout meanwhile. */
    private boolean read(List<Part> parts, int classes, Set<String> users) {
        Pipeline pipeline = calls.pipeline();
        List<List<Pipeline.Sent<List<Object>>>> asked = new ArrayList<>();
        List<Pipeline.Sent<byte[]>> steps = new ArrayList<>();
        for (Part part : parts) {
            asked.add(part.buckets.stream()
                    .map(bucket -> pipeline.hgetall(layout.users(bucket)))
                    .toList());
            steps.add(pipeline.hget(layout.meta(part.group), STEP));
        }
        pipeline.run();
        if (steps.stream().anyMatch(step -> isLater(pipeline.result(step)))) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            for (Pipeline.Sent<List<Object>> bucket : asked.get(i)) {
                addOnline(users, Replies.list(pipeline.result(bucket)), classes, parts.get(i).userClass);
            }
        }
        return true;
    }

    private boolean isLater(byte @Nullable [] step) {
        return Replies.number(step, 0) > layout.spread().step();
    }

    private OnlinePage page(Set<String> users, Place next) {
        return new OnlinePage(
                List.copyOf(users), next.group == layout.groups() ? OnlinePage.START : next.toCursor(layout));
    }

    /** The classes from a place on, up to a group, that have anything due and so all that have users online; null as above. */
    private @Nullable List<Part> parts(Place from, int to) {
        Pipeline pipeline = calls.pipeline();
        List<Pipeline.Sent<List<Object>>> indexes = new ArrayList<>();
        List<Pipeline.Sent<byte[]>> steps = new ArrayList<>();
        for (int group = from.group; group < to; group++) {
            indexes.add(pipeline.zmembers(layout.due(group)));
            steps.add(pipeline.hget(layout.meta(group), STEP));
        }
        pipeline.run();
        if (steps.stream().anyMatch(step -> isLater(pipeline.result(step)))) {
            return null;
        }
        List<Part> parts = new ArrayList<>();
        for (int group = from.group; group < to; group++) {
            int first = group == from.group ? from.userClass : 0;
            NavigableMap<Integer, Set<Integer>> classes = new TreeMap<>();
            for (Object member : Replies.list(pipeline.result(indexes.get(group - from.group)))) {
                int bucket = (int) Replies.number(member);
                for (int userClass : layout.classesIn(bucket, from.classes)) {
                    Set<Integer> in = classes.computeIfAbsent(userClass, unknown -> new LinkedHashSet<>());
                    in.add(bucket);
                    if (!layout.isNew(bucket)) {
                        in.addAll(
                                layout.newBucketsOf(userClass, from.classes)); // they may move there before it is read
                    }
                }
            }
            for (Map.Entry<Integer, Set<Integer>> one : classes.tailMap(first).entrySet()) {
                List<Integer> buckets = new ArrayList<>(one.getValue());
                buckets.sort(Comparator.comparing(layout::isNew));
                parts.add(new Part(group, one.getKey(), buckets));
            }
        }
        return parts;
    }

    private void addOnline(Set<String> users, List<Object> bucket, int classes, int userClass) {
        for (int i = 0; i < bucket.size(); i += 2) {
            byte[] user = Replies.bytes(bucket.get(i));
            if (GroupTime.isReportedOnline(Replies.bytes(bucket.get(i + 1)))
                    && layout.classOf(user, classes) == userClass) {
                users.add(new String(user, UTF_8));
            }
        }
    }
}
