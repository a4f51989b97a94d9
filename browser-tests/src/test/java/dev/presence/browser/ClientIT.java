package dev.presence.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What presence.js does in a page of any host: alone, with time and network in the hands of the test; and with a server. */
class ClientIT {
    /** Timers wait until the test runs them, and calls are answered as it says. */
    private static final String FAKES = """
            const realTimeout = window.setTimeout;
            const rest = () => new Promise((resolve) => realTimeout(resolve, 20));
            let now = 1000;
            performance.now = () => now;
            let timers = [];
            window.setTimeout = (run, wait) => (timers.push({run, wait}), timers.length);
            window.clearTimeout = (id) => { if (id) timers[id - 1].run = undefined; };
            const armed = () => timers.filter((timer) => timer.run && timer.wait !== 10_000);
            const fire = async (late = 0) => {
              const timer = armed().at(-1);
              now += timer.wait + late;
              const run = timer.run;
              timer.run = undefined;
              run();
              await rest();
            };
            let calls = [];
            let answer = () => new Response(null, {status: 204, headers: {'Presence-Next-Heartbeat': '9500'}});
            window.fetch = async (url, init) => { calls.push({url, init}); return answer(); };
            let beacons = [];
            navigator.sendBeacon = (url) => { beacons.push(url); return true; };
            let hidden = false;
            Object.defineProperty(document, 'hidden', {get: () => hidden, configurable: true});
            const turn = (to) => { hidden = to; document.dispatchEvent(new Event('visibilitychange')); };
            const {Presence} = await import('/presence.js');
            """;

    private static Demo demo;
    private static Browser browser;

    private Page page;

    @BeforeAll
    static void startAll() {
        demo = Demo.start("--simulated=0", "--timeout=3s");
        browser = Browser.start();
    }

    @AfterEach
    void closePages() {
        browser.closePages();
    }

    @AfterAll
    static void stopAll() {
        browser.close();
        demo.close();
    }

    @BeforeEach
    void open() {
        page = browser.open(demo.url("/demo/people")); // a page without a client
    }

    private Object withFakes(String script) {
        return page.runAsync(FAKES + script);
    }

    @Test
    void itBeatsAsTheServerSays() {
        assertThat(withFakes("""
                        const presence = new Presence({parameters: {as: 'a b'}}).start();
                        await rest();
                        const session = presence.session;
                        presence.start(); // has begun already
                        const waits = armed().map((timer) => timer.wait);
                        await fire();
                        const sessions = calls.map((call) => call.init.headers['Presence-Session']);
                        return [calls[0].url.endsWith('/heartbeat?as=a%20b'), calls[0].init.method, ...waits, calls.length,
                                sessions.every((one) => one === session), /^[0-9a-f]{32}$/.test(session)];
                        """)).isEqualTo(List.of(true, "POST", 9500L, 2L, true, true));
    }

    @Test
    void failuresAreTriedAgainEverLaterButNoLaterThanABeat() {
        Object waits = withFakes("""
                let failure;
                answer = () => { throw new TypeError('no network'); };
                new Presence({onBeat: (arrived) => (failure = !arrived)}).start();
                await rest();
                const waits = [];
                for (let i = 0; i < 8; i++) {
                  waits.push(armed().at(-1).wait);
                  await fire();
                }
                return failure ? waits : [];
                """);

        List<Double> all = ((List<?>) waits)
                .stream().map(one -> ((Number) one).doubleValue()).toList();
        assertThat(all).hasSize(8).doesNotHaveDuplicates(); // as each has a part of chance
        for (int i = 0; i < all.size(); i++) {
            double most = Math.min(10_000, 1_000 * Math.pow(2, i));
            assertThat(all.get(i)).isBetween(most / 2, most);
        }
    }

    @Test
    void whenTheServerSaysWhenToComeBackThatIsWhen() {
        assertThat((Double) withFakes("""
                        answer = () => new Response('{}', {status: 503, headers: {'Retry-After': '7'}});
                        new Presence().start();
                        await rest();
                        return armed().at(-1).wait + 0.001;
                        """)).isBetween(7_000.0, 8_001.0);
    }

    @Test
    void whoIsRefusedIsToldAndAsksNoMore() {
        assertThat(withFakes("""
                        let told;
                        answer = () => new Response('{"detail":"nobody is signed in"}', {status: 401});
                        const presence = new Presence({onRefused: (problem) => (told = problem)}).start();
                        await rest();
                        return [told.status, told.message, armed().length, presence.session === undefined];
                        """)).isEqualTo(List.of(401L, "nobody is signed in", 0L, true));
    }

    @Test
    void aHiddenPageBeatsOnWhileItsTimersAreOnTime() {
        assertThat(withFakes("""
                        new Presence().start();
                        await rest();
                        turn(true);
                        await fire(1000);
                        const onTime = calls.length;
                        await fire(50_000); // slowed down
                        const late = calls.length;
                        await fire(50_000);
                        const lateAgain = calls.length;
                        await fire();
                        const onTimeAgain = calls.length;
                        await fire(50_000);
                        turn(false);
                        await rest();
                        return [onTime, late, lateAgain, onTimeAgain, calls.length];
                        """)).isEqualTo(List.of(2L, 2L, 2L, 3L, 4L));
    }

    @Test
    void leavingThePageEndsTheSessionAndComingBackBeginsAnother() {
        assertThat(withFakes("""
                        const presence = new Presence({parameters: {as: 'ada'}}).start();
                        await rest();
                        const before = presence.session;
                        window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));
                        const between = presence.session;
                        window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));
                        return [beacons.length, beacons[0].endsWith('/disconnect?session=' + before + '&as=ada'),
                                between === undefined, presence.session !== undefined && presence.session !== before];
                        """)).isEqualTo(List.of(1L, true, true, true));
    }

    @Test
    void aSiteOfManyPagesCanLetSessionsLapse() {
        assertThat(withFakes("""
                        const presence = new Presence({onLeave: 'lapse'}).start();
                        await rest();
                        window.dispatchEvent(new PageTransitionEvent('pagehide'));
                        return [beacons.length, presence.session === undefined, armed().length];
                        """)).isEqualTo(List.of(0L, true, 0L));
    }

    @Test
    void afterTheEndOfASessionTheNextIsAnother() {
        assertThat(withFakes("""
                        const presence = new Presence().start();
                        const first = presence.session;
                        await rest();
                        presence.leave();
                        presence.leave(); // has left already
                        presence.start();
                        await rest();
                        return [beacons.length, presence.session !== first, presence.session !== undefined];
                        """)).isEqualTo(List.of(1L, true, true));
    }

    @Test
    void headersOfTheHostGoWithEveryCallAndSoByLongPoll() {
        assertThat(withFakes("""
                        answer = () => new Response('{"transitions":[],"next":"k.1"}');
                        const presence = new Presence({headers: () => ({Authorization: 'Bearer x'})}).watch(['a,b', 'c']).start();
                        await rest();
                        presence.leave();
                        return [calls.map((call) => call.init.headers.Authorization).join(), beacons.length,
                                calls[0].url.endsWith('/status/poll?ids=a%2Cb,c'), presence.connection];
                        """)).isEqualTo(List.of("Bearer x,Bearer x,Bearer x", 0L, true, "polling"));
    }

    @Test
    void agesAreRightAlthoughTheClockIsOff() {
        demo.post("/heartbeat?as=Tove");
        demo.post("/disconnect?as=Tove");

        assertThat(page.runAsync("""
                const ahead = 3_600_000;
                const realNow = Date.now;
                Date.now = () => realNow() + ahead;
                const {Presence} = await import('/presence.js');
                const told = new Promise((resolve) => { globalThis.resolve = resolve; });
                const presence = new Presence({parameters: {as: 'eve'}, onChange: resolve}).watch(['Tove', 'nobody']);
                await told;
                const age = presence.age('Tove');
                const isRight = age >= 0 && age < 60_000 && Math.abs(presence.now() - realNow()) < 60_000;
                const result = [isRight || age, presence.statuses.get('Tove').status, presence.age('nobody') === undefined];
                presence.close();
                return result;
                """)).isEqualTo(List.of(true, "offline", true));
    }

    @Test
    void lastSeenOfWhoGoesFollows() {
        assertThat(page.runAsync("""
                const {Presence} = await import('/presence.js');
                let presence;
                let beaten;
                const seen = new Promise((resolve) => {
                  presence = new Presence({parameters: {as: 'eve'}, onChange: ([status]) => {
                    beaten ??= fetch('/heartbeat?as=Tove&session=x', {method: 'POST'}); // when there is somebody to see it
                    if (status.turnedAt !== undefined && status.status === 'offline' && status.lastSeen !== undefined) {
                      resolve(status);
                    }
                  }}).watch(['Tove']);
                });
                const status = await seen;
                presence.close();
                return status.turnedAt - status.lastSeen >= 3000; // the timeout: claimed after it, last seen before
                """)).isEqualTo(true);
    }

    @Test
    void aStreamGoesOnWhereItEnded() {
        assertThat(page.runAsync("""
                const urls = [];
                let opened;
                const Real = EventSource;
                window.EventSource = class extends Real {
                  constructor(url, init) {
                    super(url, init);
                    urls.push(url);
                    this.addEventListener('snapshot', () => urls.push('snapshot'));
                    this.addEventListener('open', () => opened?.());
                  }
                };
                const {Presence} = await import('/presence.js');
                let turned;
                let live;
                const presence = new Presence({parameters: {as: 'eve'}, onChange: ([status]) => {
                  live?.();
                  if (status.turnedAt !== undefined) turned?.();
                }});
                await new Promise((resolve) => { live = resolve; presence.watch(['Tove']); });
                const again = new Promise((resolve) => { opened = resolve; });
                dispatchEvent(new Event('online')); // the network is back
                await again; // or the beat could be told to the connection that was given up
                const next = new Promise((resolve) => { turned = resolve; });
                await fetch('/heartbeat?as=Tove&session=y', {method: 'POST'});
                await next;
                presence.close();
                return [urls.length, urls[0].includes('since='), urls[1], urls[2].includes('since=')];
                """)).isEqualTo(List.of(3L, false, "snapshot", true));
    }

    @Test
    void aHiddenPageLetsItsStreamGoUntilItIsShown() {
        assertThat(withFakes("""
                        const streams = [];
                        window.EventSource = class extends EventTarget {
                          constructor() { super(); this.isOpen = true; streams.push(this); }
                          close() { this.isOpen = false; }
                        };
                        new Presence().watch(['ada']);
                        turn(true);
                        const whileNew = streams[0].isOpen;
                        timers.filter((timer) => timer.run).at(-1).run();
                        const later = streams[0].isOpen;
                        turn(false);
                        return [whileNew, later, streams.length, streams[1].isOpen];
                        """)).isEqualTo(List.of(true, false, 2L, true));
    }
}
