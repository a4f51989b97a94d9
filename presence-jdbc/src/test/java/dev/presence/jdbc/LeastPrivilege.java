package dev.presence.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.presence.FeedPosition;
import dev.presence.OnlinePage;
import dev.presence.PresenceStoreException;
import dev.presence.SweepRequest;
import dev.presence.Write;
import java.util.List;
import javax.sql.DataSource;

/** What a user of the database that may do no more than the README says can do. */
final class LeastPrivilege {
    private LeastPrivilege() {}

    static void isEnough(DataSource source, String prefix) {
        try (JdbcPresenceStore store =
                JdbcPresenceStore.builder(source).tablePrefix(prefix).build()) {
            StoreDetails.record(store, Write.beat("ada", "", 0), Write.beat("bob", "phone", 0));
            StoreDetails.record(store, Write.end("bob", "phone", 0), Write.forget("ada"));
            long now = store.statuses(List.of("ada", "bob")).nowMillis();
            assertThat(store.expire(new SweepRequest("node", now, 1_000, 0, 10)).claimed())
                    .isZero();
            assertThat(store.feed(FeedPosition.END, 10).next().last()).hasSize(1);
            assertThat(store.online(OnlinePage.START, 10).users()).isEmpty();
        }
    }

    static void isNotEnoughForTables(HikariDataSource source) {
        assertThatThrownBy(() -> JdbcPresenceStore.builder(source)
                        .tablePrefix("not_mine_")
                        .createSchema()
                        .build())
                .isInstanceOf(PresenceStoreException.class)
                .hasMessageContaining("creating the tables");
    }
}
