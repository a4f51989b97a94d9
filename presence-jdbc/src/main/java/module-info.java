/** The JDBC store, for PostgreSQL, MySQL, MariaDB and H2. */
module dev.presence.jdbc {
    requires transitive dev.presence;
    requires transitive java.sql;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.presence.jdbc;
}
