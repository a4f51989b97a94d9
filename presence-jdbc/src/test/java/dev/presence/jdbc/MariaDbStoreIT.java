package dev.presence.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.servers.MariaDbServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Details on MariaDB. */
class MariaDbStoreIT extends FeedDetails {
    @Override
    HikariDataSource openPool() {
        return Pools.mariaDb();
    }

    @Override
    String setZone(int hours) {
        return "SET time_zone = '" + (hours < 0 ? "-" : "+") + Math.abs(hours) + ":00'";
    }

    @Override
    int statementsForBeats() {
        return 3;
    }

    @Test
    void fourPrivilegesOnFourTablesAreEnough() throws SQLException {
        String role = prefix + "role";
        execute("CREATE USER " + role);
        for (String table : new String[] {"user", "bucket", "group", "feed"}) {
            execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + prefix + table + " TO " + role);
        }
        try (HikariDataSource least = Pools.of(MariaDbServer.sharedUrl().replace("user=root", "user=" + role))) {
            LeastPrivilege.isEnough(least, prefix);
            LeastPrivilege.isNotEnoughForTables(least);
        }
    }
}
