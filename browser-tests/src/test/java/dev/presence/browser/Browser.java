package dev.presence.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A Chromium of the machine, headless and with a profile of its own. Nothing is ever downloaded. */
final class Browser implements AutoCloseable {
    private static final List<String> CHROMIUMS = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    private final ChromeDriver driver;
    private final String empty; // the window that stays

    private Browser(ChromeDriver driver) {
        this.driver = driver;
        empty = driver.getWindowHandle();
    }

    static Browser start(String... arguments) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("presence.chromium", CHROMIUMS));
        options.addArguments(
                "--headless=new",
                "--no-sandbox", // as root it cannot have one
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--force-color-profile=srgb",
                "--hide-scrollbars");
        options.addArguments(arguments);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(program("presence.chromedriver", List.of("chromedriver"))))
                .usingAnyFreePort()
                .withLogFile(new File("target/chromedriver.log"))
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(Duration.ofMinutes(2));
        driver.manage().window().setSize(new Dimension(1280, 900));
        return new Browser(driver);
    }

    /** The path of a program: the one that a property names, or the first of these names in the path of the shell. */
    private static String program(String property, List<String> names) {
        String named = System.getProperty(property);
        if (named != null) {
            return named;
        }
        return names.stream()
                .flatMap(name -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new AssertionError("These tests need Chromium and its driver, and there is no "
                        + names.get(0) + " here. On Debian: apt-get install chromium chromium-driver. Elsewhere"
                        + " -D" + property + "=PATH names it."));
    }

    /** A page in a window of its own, with scripts that run before those of the page. */
    Page open(String url, String... scripts) {
        driver.switchTo().window(empty).switchTo().newWindow(WindowType.WINDOW);
        Stream.of(scripts)
                .forEach(script ->
                        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script)));
        driver.get(url);
        return new Page(driver, driver.getWindowHandle());
    }

    /** Closes what a test opened: each page keeps one of the six connections that a browser has to one server. */
    void closePages() {
        for (String window : driver.getWindowHandles()) {
            if (!window.equals(empty)) {
                driver.switchTo().window(window).close();
            }
        }
        driver.switchTo().window(empty);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
