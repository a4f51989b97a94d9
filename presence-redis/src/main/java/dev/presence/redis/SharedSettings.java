package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.StoreSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What all nodes agree on, kept in Redis: the first node writes it, later ones take the layout from there and have to agree on
 * the rest, or bring a newer version of it. Immutable.
 *
 * @param wanted over how many buckets the users should be spread, according to the newest version
 */
record SharedSettings(StoreSettings settings, Layout layout, int wanted) {
    private static final int SECRET_BYTES = 16;

    /** What a node would write if it were the first. */
    static SharedSettings ours(StoreSettings settings, String prefix, int groups, long expectedUsers) {
        int buckets = Layout.buckets(expectedUsers, groups);
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return new SharedSettings(
                settings, new Layout(prefix, groups, new Layout.Spread(0, buckets, 0), secret), buckets);
    }

    SharedSettings with(Layout other) {
        return new SharedSettings(settings, other, wanted);
    }

    /** Asks for what is there, and makes the version known if it is newer; the answer is empty where there is nothing. */
    Script.Call ask(String prefix) {
        return offer(prefix, "");
    }

    /** The same, and says what to write where there is nothing. */
    Script.Call offer(String prefix) {
        return offer(prefix, layout.toString());
    }

    private Script.Call offer(String prefix, String layoutText) {
        List<byte[]> texts = new ArrayList<>();
        for (Object value : new Object[] {
            layoutText,
            settings.version(),
            settings.timeout().toMillis(),
            settings.grace().toMillis(),
            settings.retention().toMillis(),
            settings.maximumSessions(),
            wanted
        }) {
            texts.add(value.toString().getBytes(US_ASCII));
        }
        return Script.SETTINGS.call(List.of(Layout.settingsKey(prefix)), texts);
    }

    /** What the nodes agree on, from the answer to {@link #offer}. */
    static SharedSettings parse(String prefix, List<Object> answer) {
        Layout layout = Layout.parse(prefix, Replies.text(answer.get(0)));
        StoreSettings settings = new StoreSettings(
                Duration.ofMillis(Replies.number(answer.get(2))),
                Duration.ofMillis(Replies.number(answer.get(3))),
                Duration.ofMillis(Replies.number(answer.get(4))),
                (int) Replies.number(answer.get(5)),
                Replies.number(answer.get(1)));
        // at least one for each group, of which the node that wants fewer may know other numbers
        int wanted = Math.max(layout.groups(), (int) Replies.number(answer.get(6)));
        return new SharedSettings(settings, layout, wanted);
    }
}
