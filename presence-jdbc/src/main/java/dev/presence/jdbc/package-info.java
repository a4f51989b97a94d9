/** The JDBC store. Start at {@link dev.presence.jdbc.JdbcPresenceStore}. */
@NullMarked
package dev.presence.jdbc;

import org.jspecify.annotations.NullMarked;
