/** The in-process store: a Caffeine map of users, for one JVM and for tests. */
module dev.presence.inmemory {
    requires transitive dev.presence;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.presence.inmemory;
}
