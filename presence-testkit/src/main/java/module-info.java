/** The contract every presence store must pass, as JUnit 5 tests, with what a host's own tests may find useful. */
module dev.presence.testkit {
    requires transitive dev.presence;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires static transitive org.jspecify;

    exports dev.presence.testkit;

    opens dev.presence.testkit; // to JUnit, which runs the tests in it
}
