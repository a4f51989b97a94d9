/** The Redis store, for one server, Sentinel or a cluster. */
module dev.presence.redis {
    requires transitive dev.presence;
    requires transitive lettuce.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.presence.redis;
}
