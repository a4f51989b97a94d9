package dev.presence.inmemory;

import org.jspecify.annotations.Nullable;

/** Something the {@link DeadlineWheel} holds: a user, or a reminder to look at one sooner. */
abstract class Parked {
    @Nullable
    Parked next; // guarded by the wheel, as is the other

    boolean parked;

    abstract UserCell cell();

    /** For a user who is parked already, but at a later time. */
    static final class Reminder extends Parked {
        private final UserCell cell;
        final long until; // by then the user's own time will have come

        Reminder(UserCell cell, long until) {
            this.cell = cell;
            this.until = until;
        }

        @Override
        UserCell cell() {
            return cell;
        }
    }
}
