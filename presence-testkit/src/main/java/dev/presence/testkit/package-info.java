/**
 * The contract every store must pass. Start at {@link dev.presence.testkit.PresenceStoreContract}.
 */
@NullMarked
package dev.presence.testkit;

import org.jspecify.annotations.NullMarked;
