package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RouteTest {
    @Test
    void idComesFromTheLastRawSegment() {
        assertThat(Route.userIn("/status/user/a b", "/app/p/status/user/a%20b")).isEqualTo("a b");
        assertThat(Route.userIn("/status/user/100%", "/status/user/100%25")).isEqualTo("100%");
        assertThat(Route.userIn("/status/user/a+b", "/status/user/a+b")).isEqualTo("a+b");
    }

    @Test
    void idWithASlashIsServedWhereAContainerLetsItThrough() {
        assertThat(Route.userIn("/status/user/a/b", "/status/user/a%2Fb")).isEqualTo("a/b");
    }

    @Test
    void moreSegmentsAreNotFound() {
        assertThatThrownBy(() -> Route.userIn("/status/user/a/b", "/status/user/a/b"))
                .isInstanceOf(Problem.class)
                .hasMessage("there is nothing at this path");
    }

    @Test
    void pathThatTheContainerReadsOtherwiseIsNotFound() {
        assertThatThrownBy(() -> Route.userIn("/status/user/u1", "/status/user/u2/../u1/."))
                .isInstanceOf(Problem.class)
                .hasMessage("there is nothing at this path");
    }

    @Test
    void pathParametersAreNoPartOfAnId() {
        assertThatThrownBy(() -> Route.userIn("/status/user/u1", "/status/user/u1;x=1"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("%3B");
        assertThatThrownBy(() -> Route.userIn("/status/user/", "/status/user/;x=1"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("%3B");
    }
}
