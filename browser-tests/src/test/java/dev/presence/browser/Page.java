package dev.presence.browser;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** One page of a browser. */
final class Page {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final ChromeDriver driver;
    private final String window;

    Page(ChromeDriver driver, String window) {
        this.driver = driver;
        this.window = window;
    }

    Page front() {
        driver.switchTo().window(window);
        return this;
    }

    /** Runs the body of a function, and returns what it returns. */
    Object run(String script, Object... arguments) {
        front();
        return driver.executeScript(script, arguments);
    }

    /** Runs the body of an asynchronous function. */
    Object runAsync(String script) {
        front();
        return driver.executeAsyncScript("const done = arguments[0]; (async () => {" + script
                + "})().then(done, (failure) => done('failed: ' + failure.stack));");
    }

    boolean is(String expression) {
        return Boolean.TRUE.equals(run("return Boolean(" + expression + ")"));
    }

    void awaitThat(String expression) {
        awaitThat(expression, LIMIT);
    }

    void awaitThat(String expression, Duration limit) {
        await(expression).atMost(limit).pollInterval(Duration.ofMillis(50)).until(() -> is(expression));
    }

    void click(String selector) {
        front();
        driver.findElement(By.cssSelector(selector)).click();
    }

    void type(String selector, String text) {
        front();
        driver.findElement(By.cssSelector(selector)).sendKeys(text);
    }

    void press(Keys... keys) {
        front();
        new Actions(driver).sendKeys(keys).perform();
    }

    WebElement focused() {
        front();
        return driver.switchTo().activeElement();
    }

    void go(String url) {
        front();
        driver.get(url);
    }

    void back() {
        front();
        driver.navigate().back();
    }

    Object command(String name, Map<String, Object> parameters) {
        front();
        return driver.executeCdpCommand(name, parameters);
    }

    /** As on a screen of that size. */
    void size(int width, int height, boolean phone) {
        Map<String, Object> metrics = new HashMap<>();
        metrics.put("width", width);
        metrics.put("height", height);
        metrics.put("deviceScaleFactor", phone ? 2 : 1);
        metrics.put("mobile", phone);
        command("Emulation.setDeviceMetricsOverride", metrics);
    }

    void prefer(String feature, String value) {
        command(
                "Emulation.setEmulatedMedia",
                Map.of("features", java.util.List.of(Map.of("name", feature, "value", value))));
    }

    void screenshot(Path file) {
        Map<?, ?> shot = (Map<?, ?>) command("Page.captureScreenshot", Map.of("format", "png"));
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode((String) shot.get("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes from now on, by the clock of the machine, when a user turned on this page. */
    void note(String user) {
        run("""
                const item = document.querySelector(`[data-user="${arguments[0]}"]`);
                window.turns = [];
                new MutationObserver(() => turns.push({status: item.dataset.status, at: Date.now()}))
                    .observe(item, {attributeFilter: ['data-status']});
                """, user);
    }

    /** When the user last turned that way, in milliseconds of the clock. */
    long turnedAt(String status) {
        String turns = "turns.findLast((turn) => turn.status === '" + status + "')";
        awaitThat("turns.at(-1)?.status === '" + status + "'");
        return ((Number) run("return " + turns + ".at")).longValue();
    }

    /** What a user's item says. */
    static String of(String user, String status) {
        return "document.querySelector('[data-user=\"" + user + "\"][data-status=\"" + status + "\"]')";
    }
}
