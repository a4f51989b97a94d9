/** The Redis store. Start at {@link dev.presence.redis.RedisPresenceStore}. */
@NullMarked
package dev.presence.redis;

import org.jspecify.annotations.NullMarked;
