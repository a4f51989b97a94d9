/** The in-process store. Start at {@link dev.presence.inmemory.CaffeinePresenceStore}. */
@NullMarked
package dev.presence.inmemory;

import org.jspecify.annotations.NullMarked;
