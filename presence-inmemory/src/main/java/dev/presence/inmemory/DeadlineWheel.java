package dev.presence.inmemory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Users by the time at which they are to be looked at. Nothing moves when a user beats: whoever is polled and has beaten
 * since is parked again at the new time, so that a user who stays online costs one visit per timeout. Thread-safe.
 */
final class DeadlineWheel {
    private static final int SLOTS = 8_192; // a power of two

    private final @Nullable Parked[] slots = new @Nullable Parked[SLOTS]; // by slot number modulo SLOTS
    private final long[] earliest = new long[SLOTS]; // the earliest time in a slot, exact where a slot spans several
    private final long slotMillis;
    private long cursor; // the first slot number that may hold something; at most that of the time last polled
    private int occupied; // slots that hold something
    private @Nullable Parked due; // what was taken out of its slot and waits to be polled

    /**
     * @param nowMillis when time begins
     * @param horizonMillis how far ahead deadlines lie; one beyond it is looked at early, and parked again
     */
    DeadlineWheel(long nowMillis, long horizonMillis) {
        slotMillis = Math.max(1, (horizonMillis + SLOTS - 2) / (SLOTS - 1));
        cursor = nowMillis / slotMillis;
        Arrays.fill(earliest, Long.MAX_VALUE);
    }

    /** Parks a user at a time, unless the user is parked already. */
    synchronized void park(Parked entry, long atMillis) {
        if (entry.parked) {
            return;
        }
        entry.parked = true;
        long at = Math.min(atMillis, (cursor + SLOTS - 1) * slotMillis);
        int index = index(Math.max(cursor, at / slotMillis));
        if (slots[index] == null) {
            occupied++;
        }
        entry.next = slots[index];
        slots[index] = entry;
        earliest[index] = Math.min(earliest[index], at);
    }

    /** Parks a user at a time, even if the user is parked at a later one that comes before {@code until}. */
    synchronized void remind(UserCell cell, long atMillis, long until) {
        park(cell.parked ? new Parked.Reminder(cell, until) : cell, atMillis);
    }

    /** Parks again what was polled. */
    synchronized void parkAgain(Parked polled, long atMillis) {
        if (!(polled instanceof Parked.Reminder reminder) || !polled.cell().parked) {
            park(polled.cell(), atMillis);
        } else if (atMillis < reminder.until) {
            park(reminder, atMillis);
        }
    }

    /** Takes out what is due. */
    synchronized @Nullable Parked poll(long nowMillis) {
        if (due == null) {
            due = takeDueSlot(nowMillis);
        }
        Parked entry = due;
        if (entry == null) {
            return null;
        }
        due = entry.next;
        entry.next = null;
        entry.parked = false;
        return entry;
    }

    private @Nullable Parked takeDueSlot(long nowMillis) {
        long current = nowMillis / slotMillis;
        if (occupied == 0) {
            cursor = Math.max(cursor, current);
            return null;
        }
        if (current - cursor >= SLOTS) {
            return takeAll(current);
        }
        for (long slot = cursor; slot <= current; slot++) {
            int index = index(slot);
            if (earliest[index] <= nowMillis) {
                Parked taken = slots[index];
                slots[index] = null;
                earliest[index] = Long.MAX_VALUE;
                occupied--;
                return taken;
            }
            if (slots[index] == null && slot == cursor && slot < current) {
                cursor++;
            }
        }
        return null;
    }

    /** After a pause longer than a turn of the wheel everything is due. */
    private @Nullable Parked takeAll(long current) {
        Parked all = null;
        for (int index = 0; index < SLOTS; index++) {
            Parked entry = slots[index];
            while (entry != null) {
                Parked following = entry.next;
                entry.next = all;
                all = entry;
                entry = following;
            }
            slots[index] = null;
            earliest[index] = Long.MAX_VALUE;
        }
        occupied = 0;
        cursor = current;
        return all;
    }

    /** The earliest time at which {@link #poll} may find something. */
    synchronized long nextDue() {
        if (due != null) {
            return Long.MIN_VALUE;
        }
        if (occupied == 0) {
            return Long.MAX_VALUE;
        }
        long slot = cursor;
        while (slots[index(slot)] == null) {
            slot++;
        }
        return earliest[index(slot)];
    }

    private static int index(long slot) {
        return (int) (slot & SLOTS - 1);
    }
}
