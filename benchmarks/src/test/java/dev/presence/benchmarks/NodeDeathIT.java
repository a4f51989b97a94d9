package dev.presence.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** One of two nodes is killed, as the scenario does it, with times that suit a build. */
class NodeDeathIT {
    @Test
    void usersOfAKilledNodeGoOfflineOnceAndThoseWhoComeToTheOtherNever() throws Exception {
        Arguments arguments = Arguments.parse(List.of("--timeout=6", "--grace=2", "--sweep=1000"), NodeDeath.DEFAULTS);

        NodeDeath.Outcome outcome = new NodeDeath(Backend.REDIS, arguments).run();

        assertThat(outcome.unannounced()).isZero();
        assertThat(outcome.repeated()).isZero();
        assertThat(outcome.wrong()).isZero();
        // How soon is for the scenario: on a busy machine a quiet period of one time-out may come first.
        assertThat(outcome.lastMillis()).isLessThan(outcome.mostMillis() + 6_000);
    }
}
