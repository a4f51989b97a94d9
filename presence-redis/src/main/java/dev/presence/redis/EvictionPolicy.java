package dev.presence.redis;

import io.lettuce.core.RedisException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns where a full server would throw users away. Asked of INFO, since managed servers forbid CONFIG; on a cluster of one
 * node, as all are set up alike. Policies that evict only keys with a time to live leave ours alone: the users' have none.
 */
final class EvictionPolicy {
    private static final Logger log = LoggerFactory.getLogger(RedisPresenceStore.class);

    private EvictionPolicy() {}

    static void check(Links links) {
        try {
            String memory = links.info("memory");
            Optional<String> policy = value(memory, "maxmemory_policy").filter(name -> name.startsWith("allkeys"));
            String limit = value(memory, "maxmemory").orElse("0");
            if (policy.isPresent() && !limit.equals("0")) {
                log.warn(
                        "Redis may evict users: it is limited to {} bytes of memory with maxmemory-policy {}. Beats bring"
                                + " users back, but last seen of those who are offline is lost: presence wants"
                                + " maxmemory-policy noeviction",
                        limit,
                        policy.get());
            }
        } catch (RedisException e) {
            log.debug("Redis does not tell its maxmemory-policy", e);
        }
    }

    private static Optional<String> value(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst();
    }
}
