package dev.presence.browser;

import static dev.presence.browser.Page.of;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two users, each with a page in a browser of their own. */
class PageIT {
    private static final long TIMEOUT = 6_000;
    private static final long SOON = 1_000;
    private static final long CLAIMED = 2_000; // after the time-out, by any node
    private static final int ROUNDS = 5;

    private static Browser one;
    private static Browser other;

    private Demo demo;

    @BeforeAll
    static void startBrowsers() {
        one = Browser.start();
        other = Browser.start();
    }

    @AfterAll
    static void endBrowsers() {
        one.close();
        other.close();
    }

    @BeforeEach
    void start() {
        demo = Demo.start("--simulated=0", "--timeout=6s");
    }

    @AfterEach
    void stop() {
        one.closePages();
        other.closePages();
        demo.close();
    }

    @Test
    void theySeeEachOtherComeAndGoWithinASecond() {
        Page ada = one.open(demo.url("/?as=Ada"));
        Page bob = other.open(demo.url("/?as=Bob"));
        ada.awaitThat(of("Bob", "online"));
        bob.awaitThat(of("Ada", "online"));
        ada.note("Bob");

        List<Long> gone = new ArrayList<>();
        List<Long> came = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long left = click(bob, "leave");
            gone.add(ada.turnedAt("offline") - left);
            long back = click(bob, "back");
            came.add(ada.turnedAt("online") - back);
        }

        // The middle of some rounds: others may keep the machine busy in the rest.
        assertThat(middle(gone)).as("gone after, in ms: %s", gone).isBetween(0L, SOON);
        assertThat(middle(came)).as("came after, in ms: %s", came).isBetween(0L, SOON);
        assertThat(gone).allSatisfy(millis -> assertThat(millis).isLessThan(TIMEOUT));
        System.out.println("seen by the other page after, in ms: gone " + gone + ", came " + came);
    }

    @Test
    void whoClosesThePageIsGoneWithinASecond() {
        Page ada = one.open(demo.url("/?as=Ada"));
        Page bob = other.open(demo.url("/?as=Bob"));
        ada.awaitThat(of("Bob", "online"));
        ada.note("Bob");

        List<Long> gone = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long left = ((Number) bob.run("return Date.now()")).longValue();
            bob.go("about:blank");
            gone.add(ada.turnedAt("offline") - left);
            bob.back(); // as a new session, out of the cache or not
            ada.turnedAt("online");
        }
        assertThat(middle(gone)).as("gone after, in ms: %s", gone).isBetween(0L, SOON);
        System.out.println("seen by the other page after a page was closed, in ms: " + gone);
    }

    @Test
    void whoCrashesIsGoneAfterTheTimeout() {
        Page ada = one.open(demo.url("/?as=Ada"));
        Page bob = other.open(demo.url("/?as=Bob"));
        ada.awaitThat(of("Bob", "online"));
        ada.note("Bob");

        click(bob, "crash");

        long lastBeat = ((Number) bob.run("""
                        const beats = performance.getEntriesByType('resource').filter((call) => call.name.includes('/heartbeat'));
                        return Math.floor(performance.timeOrigin + beats.at(-1).startTime);
                        """)).longValue();
        assertThat(ada.turnedAt("offline") - lastBeat)
                .isGreaterThanOrEqualTo(TIMEOUT - 20) // a step of clocks
                .isLessThan(TIMEOUT + CLAIMED + SOON);
        bob.awaitThat("document.getElementById('me-state').textContent === 'Offline'");
        ada.awaitThat(of("Bob", "offline") + ".textContent.includes('Active')");
    }

    @Test
    void aRestartOfTheServerHeals() {
        Page ada = one.open(demo.url("/?as=Ada"));
        Page bob = other.open(demo.url("/?as=Bob"));
        ada.awaitThat(of("Bob", "online"));

        demo.kill();
        ada.awaitThat("document.getElementById('connection').dataset.state === 'lost'");
        demo.startAgain();

        for (Page page : List.of(ada, bob)) {
            page.awaitThat("document.getElementById('connection').dataset.state === 'live'");
            page.awaitThat(of("Ada", "online"));
            page.awaitThat(of("Bob", "online"));
        }
        ada.note("Bob");
        click(bob, "leave"); // news come through again
        ada.turnedAt("offline");
    }

    @Test
    void twoTabsAreTwoSessions() {
        Page first = one.open(demo.url("/?as=Ada"));
        Page second = one.open(demo.url("/?as=Ada"));
        Page bob = other.open(demo.url("/?as=Bob"));
        bob.awaitThat(of("Ada", "online"));
        bob.note("Ada");
        first.awaitThat("document.querySelectorAll('#tabs li').length === 2");

        click(first, "leave");
        second.awaitThat("document.querySelectorAll('#tabs li')[1]?.dataset.state === 'left'");
        assertThat(demo.get("/status/user/Ada?as=Bob")).contains("\"online\"");
        first.click("#tabs [aria-label='Leave Ada, another tab']");

        bob.turnedAt("offline");
        assertThat(bob.run("return turns.length")).isEqualTo(1L);
        second.awaitThat("!document.getElementById('back').hidden");
    }

    @Test
    void withoutStreamsALongPollTellsTheSame() {
        Page ada = one.open(demo.url("/?as=Ada"), "delete window.EventSource");
        Page bob = other.open(demo.url("/?as=Bob"));
        ada.awaitThat("document.getElementById('connection').dataset.state === 'polling'");
        ada.awaitThat(of("Bob", "online"));
        ada.note("Bob");

        long left = click(bob, "leave");
        assertThat(ada.turnedAt("offline") - left).isLessThan(TIMEOUT - 1_000);
        click(bob, "back");
        ada.turnedAt("online");
    }

    @Test
    void whatIsOnlyLastKnownSaysSo() {
        demo.post("/heartbeat?as=Bob");
        Page ada = one.open(demo.url("/?as=Ada"), """
                delete window.EventSource;
                const call = window.fetch;
                window.fetch = async (url, options) => { // as from a server whose store does not answer
                  const answer = await call(url, options);
                  const text = (await answer.text()).replaceAll('"status":"online"', '"status":"online","stale":true');
                  return new Response(text, {status: answer.status, headers: answer.headers});
                };
                """);
        ada.awaitThat(of("Bob", "online") + "?.textContent.includes('when last heard of')");
        ada.awaitThat("document.getElementById('connection-text').textContent.includes('last known')");
    }

    @Test
    void whereStreamsAreHeldBackALongPollTakesOver() {
        Page ada = one.open(
                demo.url("/?as=Ada"), "window.EventSource = class extends EventTarget { close() {} }; // never a word");
        ada.awaitThat("document.getElementById('connection').dataset.state === 'polling'");
        ada.awaitThat(of("Ada", "online"));
    }

    @Test
    void whoIsNotSimulatedIsSeenWithoutAPageToo() {
        Page ada = one.open(demo.url("/"));
        ada.awaitThat("!document.getElementById('nobody').hidden");

        demo.post("/heartbeat?as=Zoe");

        ada.awaitThat(of("Zoe", "online"));
        ada.awaitThat(of("Zoe", "offline") + "?.textContent.includes('Active')");
        ada.awaitThat("/Active [1-5]\\d s ago/.test(" + of("Zoe", "offline") + "?.textContent)"); // by itself
    }

    private static long middle(List<Long> millis) {
        return millis.stream().sorted().skip(millis.size() / 2).findFirst().orElseThrow();
    }

    private static long click(Page page, String id) {
        return ((Number)
                        page.run("const at = Date.now(); document.getElementById(arguments[0]).click(); return at", id))
                .longValue();
    }
}
