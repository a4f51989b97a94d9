package dev.presence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.TagFilter.excludeTags;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The contract finds what is wrong, and says which rule it is. */
class TestKitTest {
    static Stream<Arguments> brokenStores() {
        return Stream.of(
                Arguments.of("r01", BrokenStores.TimeoutOffByOne.class),
                Arguments.of("r02", BrokenStores.AskingLeavesTrace.class),
                Arguments.of("r03", BrokenStores.LastArrivalWins.class),
                Arguments.of("r04", BrokenStores.GraceHoldsDisconnect.class),
                Arguments.of("r05", BrokenStores.NoTombstones.class),
                Arguments.of("r06", BrokenStores.SequenceWithHoles.class),
                Arguments.of("r07", BrokenStores.ClaimsTooSoon.class),
                Arguments.of("r07", BrokenStores.UnclaimedLooksClaimed.class),
                Arguments.of("r08", BrokenStores.ClaimErasesLastSeen.class),
                Arguments.of("r10", BrokenStores.TimeGoesBack.class),
                Arguments.of("r11", BrokenStores.CaseFolded.class),
                Arguments.of("r13", BrokenStores.GoesOnAfterClose.class),
                Arguments.of("r15", BrokenStores.ExodusAfterGap.class),
                Arguments.of("r18", BrokenStores.ListRunsAheadOfFeed.class),
                Arguments.of("r19", BrokenStores.ForgetIsDisconnect.class));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("brokenStores")
    void brokenStoreFailsItsRuleAndNoOther(String rule, Class<?> broken) {
        List<String> failed = failed(broken, excludeTags("concurrency"));
        assertThat(failed).isNotEmpty().allMatch(name -> name.startsWith(rule));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                BrokenStores.ClaimsWithoutLookingAgain.class,
                BrokenStores.LosesUpdates.class,
                BrokenStores.ClaimsTwice.class,
                BrokenStores.TearsReads.class
            })
    void randomHistoriesFindWhatBreaksUnderConcurrency(Class<?> broken) {
        assertThat(failed(broken, includeTags("concurrency"))).hasSize(1);
    }

    private static List<String> failed(Class<?> contract, PostDiscoveryFilter filter) {
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .filters(filter)
                .execute()
                .testEvents();
        assertThat(tests.started().count()).isPositive();
        return tests.failed().stream()
                .filter(event -> event.getRequiredPayload(TestExecutionResult.class)
                        .getThrowable()
                        .isPresent())
                .map(event -> event.getTestDescriptor()
                        .getUniqueId()
                        .getLastSegment()
                        .getValue()
                        .toLowerCase(Locale.ROOT))
                .toList();
    }
}
