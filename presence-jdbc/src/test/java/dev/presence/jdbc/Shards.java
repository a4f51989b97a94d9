package dev.presence.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.presence.servers.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.sql.DataSource;
import org.apache.shardingsphere.driver.api.yaml.YamlShardingSphereDataSourceFactory;

/** Two shards, each a real PostgreSQL with a follower, behind a data source of Apache ShardingSphere as the documentation has it. */
final class Shards implements AutoCloseable {
    static final int COUNT = 2;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<PostgresServer> leaders = new ArrayList<>();
    private final List<PostgresServer> followers = new ArrayList<>();
    private final DataSource dataSource;

    private Shards(String... settings) throws SQLException, IOException {
        String yaml = yaml();
        for (int shard = 0; shard < COUNT; shard++) {
            PostgresServer leader = PostgresServer.start(settings);
            opened.push(leader);
            leaders.add(leader);
            PostgresServer follower = leader.replica();
            opened.push(follower);
            followers.add(follower);
            String rest = shard + ".example.com/presence?user=presence";
            yaml = yaml.replace("jdbc:postgresql://shard" + rest, leader.jdbcUrl())
                    .replace("jdbc:postgresql://follower" + rest, follower.jdbcUrl());
        }
        dataSource = YamlShardingSphereDataSourceFactory.createDataSource(yaml.getBytes(UTF_8));
        opened.push((AutoCloseable) dataSource);
    }

    /** Starts all servers. */
    static Shards start(String... settings) {
        try {
            return new Shards(settings);
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("cannot open the sharded data source", e);
        }
    }

    /** What the documentation shows. */
    static String yaml() throws IOException {
        try (InputStream in = Shards.class.getResourceAsStream("sharding.yaml")) {
            if (in == null) {
                throw new IllegalStateException("sharding.yaml is missing");
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    DataSource dataSource() {
        return dataSource;
    }

    PostgresServer leader(int shard) {
        return leaders.get(shard);
    }

    PostgresServer follower(int shard) {
        return followers.get(shard);
    }

    /** A store over all shards. */
    JdbcPresenceStoreBuilder builder() {
        return JdbcPresenceStore.builder(dataSource).groups(COUNT).readWriteSplitting();
    }

    /** Removes all there is in the tables, which exist. */
    void empty() {
        for (PostgresServer leader : leaders) {
            execute(leader, "TRUNCATE presence_user, presence_bucket, presence_group, presence_feed");
        }
    }

    /** Runs a statement, and returns the first number of its answer, if it has one. */
    static long execute(PostgresServer server, String sql) {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return 0;
            }
            try (ResultSet result = statement.getResultSet()) {
                result.next();
                return result.getMetaData().getColumnTypeName(1).equals("void") ? 0 : result.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot run " + sql, e);
        }
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
