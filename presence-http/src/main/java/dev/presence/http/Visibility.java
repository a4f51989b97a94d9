package dev.presence.http;

import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * Decides whom a caller may see. A hidden user looks exactly like one nobody has ever heard of: the store is asked for an
 * id that does not exist in place of theirs, so not even the time that takes tells them apart.
 *
 * <p>Called once per read, in the container's thread, before the store is asked; must be thread-safe. What time it takes
 * itself is the host's to keep even. Of users who are watched it is asked when they are added, and again whenever a poll or a
 * stream goes on where another ended; a stream or socket that stays open goes by the answer it began with.
 */
@FunctionalInterface
public interface Visibility {
    /**
     * Picks the users that the caller may see.
     *
     * @param caller who asks
     * @param users the distinct ids asked for, well formed and possibly the caller's own among them; unmodifiable
     * @return those to show; ids in it that were not asked for are ignored
     */
    Set<String> visible(String caller, Set<String> users);

    /**
     * Everyone may see everyone.
     *
     * @return the visibility that is used by default
     */
    static Visibility everyone() {
        return (caller, users) -> users;
    }

    /**
     * Decides user by user, for hosts that have the answer in memory.
     *
     * @param maySee whether the caller (first) may see the user (second)
     * @return a visibility that asks once per distinct user
     */
    static Visibility of(BiPredicate<String, String> maySee) {
        return (caller, users) ->
                users.stream().filter(user -> maySee.test(caller, user)).collect(Collectors.toUnmodifiableSet());
    }
}
