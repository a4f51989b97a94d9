package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.FeedEntry;
import dev.presence.Presence;
import dev.presence.Sequence;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How the transitions of one write lie in one row of the feed, in order of their numbers, the last of which is the row's: for each twice
 * the length of the user's id, one more if the user came online, in two bytes, and then the id. {@link BeatsInArrays} packs them in
 * the database.
 */
final class PackedTransitions {
    /** So many in a row: with the longest ids that is a value of 129 kB. */
    static final int MOST = 500;

    private PackedTransitions() {}

    static byte[] pack(List<FeedWriter.Event> events) {
        int size = 0;
        for (FeedWriter.Event event : events) {
            size += Short.BYTES + event.user().bytes().length;
        }
        ByteBuffer packed = ByteBuffer.allocate(size);
        for (FeedWriter.Event event : events) {
            byte[] id = event.user().bytes();
            packed.putShort((short) (2 * id.length + (event.online() ? 1 : 0))).put(id);
        }
        return packed.array();
    }

    /** The transitions of a row, the last of which has that sequence. */
    static List<FeedEntry> unpack(byte[] packed, long atMillis, String node, Sequence last) {
        int count = 0;
        ByteBuffer from = ByteBuffer.wrap(packed);
        for (; from.hasRemaining(); count++) {
            int length = from.getShort() / 2;
            from.position(from.position() + length);
        }
        from.rewind();
        List<FeedEntry> entries = new ArrayList<>(count);
        for (long number = last.number() - count + 1; from.hasRemaining(); number++) {
            int head = from.getShort();
            byte[] id = new byte[head / 2];
            from.get(id);
            entries.add(new FeedEntry(
                    new String(id, UTF_8),
                    head % 2 == 1 ? Presence.ONLINE : Presence.OFFLINE,
                    atMillis,
                    node,
                    new Sequence(last.epoch(), last.group(), number)));
        }
        return entries;
    }
}
