package dev.presence.testkit;

import static dev.presence.testkit.StoreUnderTest.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.presence.OnlinePage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

interface R18CountAndList extends StoreRules {
    @Test
    @DisplayName("R18: the count counts users, not sessions, up and down")
    default void r18CountsUsers() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.beat("ada", "phone");
        it.beat("bob");
        assertThat(it.onlineCount()).isEqualTo(2);
        it.end("ada");
        assertThat(it.onlineCount()).isEqualTo(2);
        it.end("ada", "phone");
        assertThat(it.onlineCount()).isEqualTo(1);
        it.pass(TIMEOUT + 1);
        it.sweep();
        assertThat(it.onlineCount()).isZero();
        it.beat("ada");
        assertThat(it.onlineCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("R18: the list names each online user once, and nobody else, whatever the page size")
    default void r18ListIsComplete() {
        StoreUnderTest it = given();
        List<String> online = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            it.beat("user" + i);
            it.beat("user" + i, "phone");
            if (i % 3 == 0) {
                it.endAll("user" + i);
            } else {
                online.add("user" + i);
            }
        }
        for (int limit : new int[] {1, 7, 100, 1_000}) {
            assertThat(it.onlineList(limit)).containsExactlyInAnyOrderElementsOf(online);
        }
    }

    @Test
    @DisplayName("R18: a user who stays online is listed once, though others come and go between the pages")
    default void r18ListIsCompleteUnderChange() {
        StoreUnderTest it = given();
        for (int i = 0; i < 50; i++) {
            it.beat("stays" + i);
            it.beat("goes" + i);
        }
        List<String> listed = new ArrayList<>();
        String cursor = OnlinePage.START;
        int pages = 0;
        do {
            OnlinePage page = it.store.online(cursor, 10);
            listed.addAll(page.users());
            cursor = page.cursor();
            it.end("goes" + pages);
            it.beat("comes" + pages++);
        } while (!cursor.equals(OnlinePage.START));
        List<String> stayed =
                listed.stream().filter(user -> user.startsWith("stays")).toList();
        assertThat(stayed).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("R18: the list agrees with the feed: a user is listed until the claim")
    default void r18ListAgreesWithFeed() {
        StoreUnderTest it = given();
        it.beat("ada");
        it.pass(10);
        it.beat("bob");
        it.pass(TIMEOUT - 5);
        assertThat(it.onlineList(10)).containsExactlyInAnyOrder("ada", "bob");
        it.sweep();
        assertThat(it.onlineList(10)).containsExactly("bob");
    }

    @Test
    @DisplayName("R18: a foreign cursor is refused")
    default void r18ForeignCursorIsRefused() {
        StoreUnderTest it = given();
        it.beat("ada");
        assertThatThrownBy(() -> it.store.online("not a cursor", 10)).isInstanceOf(IllegalArgumentException.class);
    }
}
