package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.PresenceStoreException;
import dev.presence.PresenceStoreUnavailableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes have agreed on, as this one knows it. Scripts refuse a node that is behind; then it reads the settings anew and
 * calls again. Thread-safe.
 */
final class Agreement {
    private static final byte[] COPY = "copy".getBytes(US_ASCII);

    /** How often a call is made again when the nodes had to agree anew. */
    static final int MOST_TRIES = 4;

    private final GroupCalls calls;
    private final String prefix;
    private volatile SharedSettings shared;

    Agreement(GroupCalls calls, String prefix, SharedSettings ours) {
        this.calls = calls;
        this.prefix = prefix;
        shared = agree(ours);
        ours.settings().requireNewerThan(shared.settings());
    }

    SharedSettings current() {
        return shared;
    }

    /** Takes what other nodes agreed on meanwhile; says it again where Redis has forgotten it. */
    void agreeAnew() {
        shared = agree(shared);
    }

    /**
     * To be asked after a group was made: whether that was by the layout that the nodes agree on. Redis may have lost its data
     * once more after it was read; now it is there again.
     */
    boolean agreesStill() {
        String before = shared.layout().toString();
        agreeAnew();
        return shared.layout().toString().equals(before);
    }

    private SharedSettings agree(SharedSettings ours) {
        List<Object> known = calls.answer(ours.ask(prefix));
        if (known.isEmpty()) { // lost, if only that key: each group has a copy of the layout
            known = calls.answer(ours.with(copy(ours.layout())).offer(prefix));
        }
        SharedSettings agreed = SharedSettings.parse(prefix, known);
        if (isBehind(agreed.layout(), ours.layout())) { // lost in a failover, when groups may know of it already
            replace(agreed.layout(), ours.layout());
            agreed = SharedSettings.parse(prefix, calls.answer(ours.ask(prefix)));
        }
        return agreed;
    }

    private static boolean isBehind(Layout one, Layout other) {
        return one.id().equals(other.id())
                && one.spread().step() < other.spread().step();
    }

    private Layout copy(Layout ours) {
        Pipeline pipeline = calls.pipeline();
        List<Pipeline.Sent<byte[]>> copies = new ArrayList<>();
        for (byte[] meta : ours.possibleCopies()) {
            copies.add(pipeline.hget(meta, COPY));
        }
        pipeline.run();
        return copies.stream()
                .map(pipeline::result)
                .filter(Objects::nonNull)
                .map(copy -> Layout.parse(prefix, Replies.text(copy)))
                .max(Comparator.comparingLong(layout -> layout.spread().step()))
                .orElse(ours);
    }

    /** Has all nodes go from one layout to another, unless they went elsewhere meanwhile; then agrees anew. */
    void relayout(Layout from, Layout to) {
        replace(from, to);
        agreeAnew();
    }

    private void replace(Layout from, Layout to) {
        var unused = calls.answer(Script.RELAYOUT.call(
                List.of(Layout.settingsKey(prefix)),
                List.of(from.toString().getBytes(US_ASCII), to.toString().getBytes(US_ASCII))));
    }

    /** Reads again, by what the nodes agree on by then, where there was no answer. */
    <T> T read(Supplier<@Nullable T> once) {
        for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
            T answer = once.get();
            if (answer != null) {
                return answer;
            }
            agreeAnew();
        }
        throw disagreement();
    }

    PresenceStoreException disagreement() {
        Layout newest = copy(shared.layout());
        if (isBehind(shared.layout(), newest)) { // the settings were lost and restored to what they once were
            relayout(shared.layout(), newest);
        }
        return new PresenceStoreUnavailableException("the nodes under the key prefix " + prefix
                + " do not agree on their settings, although they were read anew " + MOST_TRIES + " times");
    }
}
