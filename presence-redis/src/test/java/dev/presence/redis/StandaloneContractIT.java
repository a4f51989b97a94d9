package dev.presence.redis;

import dev.presence.servers.RedisServer;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.AfterAll;

/** One Redis keeps the contract. */
class StandaloneContractIT extends RedisContract {
    private static final RedisServer SERVER = RedisServer.start();
    private static final RedisClient CLIENT = RedisClient.create(SERVER.uri());

    @AfterAll
    static void stop() {
        CLIENT.shutdown();
        SERVER.close();
    }

    @Override
    RedisPresenceStoreBuilder builder() {
        return RedisPresenceStore.builder(CLIENT).groups(4);
    }
}
