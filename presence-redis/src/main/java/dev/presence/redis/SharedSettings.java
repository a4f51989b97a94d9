package dev.presence.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.presence.PresenceStoreException;
import dev.presence.StoreSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What all nodes agree on, kept in Redis: the first node writes it, later ones take the layout from there and have to agree on
 * the rest, or bring a newer version of it. Immutable.
 */
record SharedSettings(StoreSettings settings, Layout layout) {
    private static final int SECRET_BYTES = 16;

    /** What a node would write if it were the first. */
    static SharedSettings ours(StoreSettings settings, String prefix, int groups, long expectedUsers) {
        long buckets = Math.max(1, (expectedUsers + Layout.USERS_PER_BUCKET - 1) / Layout.USERS_PER_BUCKET);
        long perGroup = (buckets + groups - 1) / groups;
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return new SharedSettings(settings, new Layout(prefix, groups, Math.toIntExact(perGroup * groups), secret));
    }

    Script.Call offer(String prefix) {
        return Script.SETTINGS.call(
                List.of(Layout.settingsKey(prefix)),
                texts(
                        Layout.VERSION,
                        layout.groups(),
                        layout.buckets(),
                        layout.secret(),
                        settings.version(),
                        settings.timeout().toMillis(),
                        settings.grace().toMillis(),
                        settings.retention().toMillis(),
                        settings.maximumSessions()));
    }

    private static List<byte[]> texts(Object... values) {
        List<byte[]> texts = new ArrayList<>(values.length);
        for (Object value : values) {
            texts.add(value.toString().getBytes(US_ASCII));
        }
        return texts;
    }

    /** What the nodes agree on, from the answer to {@link #offer}. */
    static SharedSettings parse(String prefix, List<Object> answer) {
        List<String> texts = new ArrayList<>();
        for (Object value : answer) {
            texts.add(Replies.text(value));
        }
        if (!texts.get(0).equals(Layout.VERSION)) {
            throw new PresenceStoreException(
                    "the keys under the prefix " + prefix + " have layout version " + texts.get(0)
                            + ", and this library knows version " + Layout.VERSION
                            + ": let all nodes run the same release, or use"
                            + " another key prefix");
        }
        return new SharedSettings(
                new StoreSettings(
                        Duration.ofMillis(Long.parseLong(texts.get(5))),
                        Duration.ofMillis(Long.parseLong(texts.get(6))),
                        Duration.ofMillis(Long.parseLong(texts.get(7))),
                        Integer.parseInt(texts.get(8)),
                        Long.parseLong(texts.get(4))),
                new Layout(
                        prefix,
                        Integer.parseInt(texts.get(1)),
                        Integer.parseInt(texts.get(2)),
                        Base64.getDecoder().decode(texts.get(3))));
    }
}
