package dev.presence.demo;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of every command that opens a store. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class StoreOptions {
    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "inmemory",
            description = "one of: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
    StoreKind store;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "how long after the last beat a user is still online; default: ${DEFAULT-VALUE}")
    Duration timeout;
}
