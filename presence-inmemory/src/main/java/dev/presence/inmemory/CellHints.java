package dev.presence.inmemory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where the cells of users were found lately: a table in front of the map, from the hash of an id straight to the cell. It may
 * know less than the map, and for a moment a user whose retention is over, which only the status can tell. Thread-safe, without
 * locks but for growth.
 */
final class CellHints {
    private static final int WINDOW = 4; // slots a user's cell may be in, side by side
    private static final int SMALLEST = 64;
    private static final int LARGEST = 1 << 30;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(UserCell[].class);

    private volatile @Nullable UserCell[] slots = new @Nullable UserCell[SMALLEST];

    /** The cell that the map holds for the user, if it is known here. */
    @Nullable
    UserCell find(String user) {
        @Nullable UserCell[] table = slots;
        int hash = user.hashCode();
        int home = home(hash, table.length);
        for (int i = 0; i < WINDOW; i++) {
            UserCell cell = (UserCell) SLOT.getAcquire(table, home ^ i);
            if (cell == null) {
                return null;
            }
            if (cell.user.hashCode() == hash && cell.user.equals(user) && !cell.gone) {
                return cell;
            }
        }
        return null;
    }

    /**
     * The cells of many users; null for each that is not known here, or not in the first of its places.
     *
     * <p>Every step is taken for all users before the next one, so that they wait for memory together, not one after another.
     */
    @Nullable
    UserCell[] find(String[] users) {
        @Nullable UserCell[] cells = new @Nullable UserCell[users.length];
        fetch(slots, users, cells);
        dropUnlike(users, cells);
        dropOthers(users, cells);
        return cells;
    }

    private static void fetch(@Nullable UserCell[] table, String[] users, @Nullable UserCell[] into) {
        for (int i = 0; i < users.length; i++) {
            into[i] = (UserCell) SLOT.getAcquire(table, home(users[i].hashCode(), table.length));
        }
    }

    /** By what the objects of the ids hold themselves; their characters are elsewhere in memory. */
    private static void dropUnlike(String[] users, @Nullable UserCell[] cells) {
        for (int i = 0; i < cells.length; i++) {
            UserCell cell = cells[i];
            String user = users[i];
            if (cell != null && (cell.user.hashCode() != user.hashCode() || cell.user.length() != user.length())) {
                cells[i] = null;
            }
        }
    }

    private static void dropOthers(String[] users, @Nullable UserCell[] cells) {
        for (int i = 0; i < cells.length; i++) {
            UserCell cell = cells[i];
            if (cell != null && (cell.gone || !cell.user.equals(users[i]))) {
                cells[i] = null;
            }
        }
    }

    /** Remembers a cell, unless its places are taken. */
    void put(UserCell cell) {
        @Nullable UserCell[] table = slots;
        int home = home(cell.user.hashCode(), table.length);
        for (int i = 0; i < WINDOW; i++) {
            UserCell other = (UserCell) SLOT.getAcquire(table, home ^ i);
            if (other == null || other == cell || other.gone) {
                SLOT.setVolatile(table, home ^ i, cell);
                if (cell.gone) {
                    remove(cell); // it went meanwhile: an id that is erased has to leave the memory too
                }
                return;
            }
        }
    }

    /** Lets go of a cell that is gone. */
    void remove(UserCell cell) {
        @Nullable UserCell[] table = slots;
        int home = home(cell.user.hashCode(), table.length);
        for (int i = 0; i < WINDOW; i++) {
            SLOT.compareAndSet(table, home ^ i, cell, null);
        }
    }

    /** Makes room for so many users. A larger table begins empty and fills as users are looked up. */
    void fit(int users) {
        if (users > slots.length / 2 && slots.length < LARGEST) {
            grow(users);
        }
    }

    private synchronized void grow(int users) {
        int length = slots.length;
        while (users > length / 2 && length < LARGEST) {
            length *= 2;
        }
        if (length > slots.length) {
            slots = new @Nullable UserCell[length];
        }
    }

    private static int home(int hash, int length) {
        int spread = hash * 0x9E3779B9;
        return (spread ^ spread >>> 15) & length - 1;
    }
}
