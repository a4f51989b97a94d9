/**
 * Who is online, and when the others were last active.
 *
 * <p>Hosts call {@link dev.presence.HeartbeatTracker}; back ends implement {@link dev.presence.PresenceStore}. The rules
 * that both keep are numbered R1 to R19 in the project's {@code RATIONALE.md}.
 */
@NullMarked
package dev.presence;

import org.jspecify.annotations.NullMarked;
