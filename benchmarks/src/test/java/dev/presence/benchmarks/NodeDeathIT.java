package dev.presence.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One of two nodes is killed, as the scenario does it, with times that suit a build. */
class NodeDeathIT {
    @ParameterizedTest
    @EnumSource(names = {"REDIS", "POSTGRES"})
    void usersOfAKilledNodeGoOfflineOnceAndThoseWhoComeToTheOtherNever(Backend backend) throws Exception {
        Arguments arguments = Arguments.parse(List.of("--timeout=6", "--grace=2", "--sweep=1000"), NodeDeath.DEFAULTS);

        NodeDeath.Outcome outcome = new NodeDeath(backend, arguments).run();

        assertThat(outcome.unannounced()).isZero();
        assertThat(outcome.repeated()).isZero();
        assertThat(outcome.wrong()).isZero();
        // How soon is for the scenario: on a busy machine a quiet period of one time-out may come first.
        assertThat(outcome.lastMillis()).isLessThan(outcome.mostMillis() + 6_000);
    }
}
