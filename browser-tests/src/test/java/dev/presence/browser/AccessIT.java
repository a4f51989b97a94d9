package dev.presence.browser;

import static dev.presence.browser.Page.of;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page for everybody: by keyboard, by name and role, in any light and width; and how it looks. */
class AccessIT {
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final Set<String> NAMED = Set.of("button", "link", "textbox", "searchbox", "image", "img", "list");
    private static final String LIVE = "document.getElementById('connection').dataset.state === 'live'";

    /** Of a colour of elements and of what is behind, by WCAG 2.2: what is too low. */
    private static final String CONTRAST = """
            const luminance = (color) => {
              const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((c) => c / 255)
                  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const isPainted = (element) => !/, 0\\)$|transparent/.test(getComputedStyle(element).backgroundColor);
            const ground = (element) => {
              while (!isPainted(element)) {
                element = element.parentElement;
              }
              return getComputedStyle(element).backgroundColor;
            };
            const low = (elements, property, behind, least) => elements.map((e) => {
              const [a, b] = [luminance(getComputedStyle(e)[property]), luminance(behind(e))];
              const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              return ratio < least ? e.className + ' ' + e.textContent.trim() + ' ' + ratio.toFixed(2) : '';
            }).filter((bad) => bad !== '').slice(0, 10);
            """;

    private static Demo demo;
    private static Browser browser;

    @BeforeAll
    static void start() {
        demo = Demo.start();
        browser = Browser.start();
    }

    @AfterEach
    void closePages() {
        browser.closePages();
    }

    @AfterAll
    static void stop() {
        browser.close();
        demo.close();
    }

    private static Page open(String path) {
        Page page = browser.open(demo.url(path));
        page.awaitThat(LIVE);
        page.awaitThat("document.querySelectorAll('#simulated .person[data-status=online]').length > 50");
        return page;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/?as=Ada"})
    void whateverOneCanUseHasAName(String path) {
        Page page = open(path);

        Map<?, ?> tree = (Map<?, ?>) page.command("Accessibility.getFullAXTree", Map.of());
        List<String> named = new ArrayList<>();
        for (Object node : (List<?>) tree.get("nodes")) {
            Map<?, ?> element = (Map<?, ?>) node;
            String role = text(element.get("role"));
            if (!Boolean.TRUE.equals(element.get("ignored")) && NAMED.contains(role)) {
                String name = text(element.get("name"));
                assertThat(name).as(role).isNotBlank();
                named.add(role + " " + name);
            }
        }

        assertThat(named)
                .contains(
                        "searchbox Find a name",
                        "button Everyone " + page.run("return document.getElementById('n-all').textContent"))
                .anyMatch(one -> one.matches("(image|img) Users online over the last three minutes: .*"));
        assertThat(page.run("return document.querySelectorAll('[role=status]').length"))
                .isEqualTo(2L);
    }

    private static String text(Object property) {
        return property instanceof Map<?, ?> map ? String.valueOf(map.get("value")) : "";
    }

    @Test
    void theKeyboardIsEnough() {
        Page page = open("/");

        page.press(Keys.TAB);
        assertThat(page.focused().getText()).isEqualTo("Skip to the people");
        page.press(Keys.TAB);
        assertThat(page.focused().getDomAttribute("id")).isEqualTo("name");
        page.type("#name", "Edsger");
        page.press(Keys.ENTER);
        page.awaitThat(of("Edsger", "online"));
        assertThat(page.focused().getText()).isEqualTo("Leave");
        assertThat(page.run("return getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
        page.press(Keys.ENTER);
        page.awaitThat(of("Edsger", "offline"));
        assertThat(page.focused().getText()).isEqualTo("Come back");
        page.press(Keys.SPACE);
        page.awaitThat(of("Edsger", "online"));
        page.press(Keys.TAB);
        assertThat(page.focused().getText()).isEqualTo("Crash");
    }

    @Test
    void filterAndSearchShowWhoFits() {
        Page page = open("/");

        page.click("[data-filter=online]");
        assertThat(page.is("document.querySelector('[data-filter=online]').ariaPressed === 'true'"))
                .isTrue();
        page.awaitThat(
                "[...document.querySelectorAll('.person')].every((p) => p.hidden === (p.dataset.status !== 'online'))");
        page.click("[data-filter=all]");
        page.type("#find", "adler");
        page.awaitThat("[...document.querySelectorAll('.person:not([hidden])')].length > 0");
        assertThat(page.is("[...document.querySelectorAll('.person:not([hidden])')]"
                        + ".every((p) => p.dataset.user.endsWith('Adler'))"))
                .isTrue();
    }

    @Test
    void colourIsNeverAllThatTells() {
        Page page = open("/");

        demo.post("/heartbeat?as=Grace");
        page.awaitThat(of("Grace", "online") + "?.textContent.includes('Online')");
        String fill = "const dot = getComputedStyle(document.querySelector('[data-status=' + arguments[0] + '] .dot'));"
                + "return dot.backgroundColor === dot.borderTopColor";
        assertThat(page.run(fill, "online")).isEqualTo(true); // a disc
        assertThat(page.run(fill, "offline")).isEqualTo(false); // a ring
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void textAndBordersCanBeSeen(String scheme) {
        Page page = open("/?as=Ada");
        page.prefer("prefers-color-scheme", scheme);

        assertThat((List<?>) page.run(CONTRAST + """
                        document.querySelectorAll('.turned').forEach((person) => person.classList.remove('turned'));
                        const texts = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
                            && !e.closest('svg') && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== ''));
                        return low(texts, 'color', ground, 4.5);
                        """)).isEmpty();
        assertThat((List<?>) page.run(CONTRAST + """
                        const fields = [...document.querySelectorAll('input, button')].filter((e) => e.checkVisibility()
                            && getComputedStyle(e).borderTopWidth !== '0px' && !e.matches('.primary'));
                        return low(fields, 'borderTopColor', (e) => ground(e.parentElement), 3);
                        """)).isEmpty();
    }

    @Test
    void whoWantsNoMotionGetsNone() {
        Page page = open("/");
        String animation = "const p = document.querySelector('.person'); p.classList.add('turned');"
                + "return getComputedStyle(p).animationName";

        assertThat(page.run(animation)).isNotEqualTo("none");
        page.prefer("prefers-reduced-motion", "reduce");
        assertThat(page.run(animation)).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 390, 768})
    void nothingSticksOutOfANarrowScreen(int width) {
        Page page = open("/?as=Wilhelmina%20Augusta%20Featherstonehaugh");
        page.size(width, 844, true);

        page.awaitThat("innerWidth === " + width);
        assertThat(page.run("return document.documentElement.scrollWidth")).isEqualTo((long) width);
        assertThat((List<?>)
                        page.run("return [...document.querySelectorAll('main button, main input, .figure, #chart')]"
                                + ".filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth)"
                                + ".map((e) => e.outerHTML)"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"light, light, 1280, 860", "dark, dark, 1280, 860", "phone, light, 390, 844"})
    void picturesForTheReadme(String name, String scheme, int width, int height) throws Exception {
        Page page = open("/?as=Ada");
        page.prefer("prefers-color-scheme", scheme);
        page.size(width, height, name.equals("phone"));
        page.awaitThat(
                "document.querySelector('#chart .line').getAttribute('d').split('L').length > 60",
                Duration.ofMinutes(2));
        page.awaitThat("document.querySelectorAll('#turns li').length > 3");

        page.screenshot(PICTURES.resolve(name + ".png"));

        assertThat(Files.size(PICTURES.resolve(name + ".png"))).isBetween(20_000L, 400_000L);
    }
}
