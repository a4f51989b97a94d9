package dev.presence.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Uses the jars as they are published, on the module path, as a host would that is a module itself. */
class ModulePathIT {
    private static final Path JARS = Path.of("target", "module-path"); // filled by the build, see the pom

    private static final Map<String, String> CONSUMER = Map.of("module-info.java", """
            module consumer {
                requires dev.presence.inmemory;
            }
            """, "consumer/Main.java", """
            package consumer;

            import dev.presence.HeartbeatTracker;
            import dev.presence.ManualClock;
            import dev.presence.inmemory.CaffeinePresenceStore;
            import java.time.Duration;

            public final class Main {
                public static void main(String[] args) {
                    ManualClock clock = ManualClock.create();
                    try (var store = CaffeinePresenceStore.builder().clock(clock).build();
                            var tracker = HeartbeatTracker.create(store)) {
                        tracker.addListener(heard -> System.out.println(heard.user() + " " + heard.presence()));
                        tracker.heartbeat("u1");
                        clock.advance(Duration.ofMillis(30_001));
                        System.out.println(tracker.status("u1"));
                        System.out.println(tracker.getClass().getModule() + ", " + store.getClass().getModule());
                    }
                }
            }
            """);

    @TempDir
    Path directory;

    @Test
    void aModuleThatRequiresTheStoreCompilesAndRuns() throws Exception {
        // Nothing but what the published poms would bring along.
        String modulePath = Stream.of(
                        "presence-api",
                        "presence-inmemory",
                        "caffeine",
                        "slf4j-api",
                        "jspecify",
                        "error_prone_annotations")
                .flatMap(ModulePathIT::jars)
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        Path classes = compile(modulePath);

        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        modulePath + File.pathSeparator + classes,
                        "--module",
                        "consumer/consumer.Main")
                .redirectError(directory.resolve("err").toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        boolean ended = run.waitFor(60, TimeUnit.SECONDS);
        run.destroyForcibly();

        assertThat(ended).isTrue();
        assertThat(Files.readString(directory.resolve("out"), StandardCharsets.UTF_8)
                        .lines())
                .as(Files.readString(directory.resolve("err"), StandardCharsets.UTF_8))
                .containsExactly(
                        "u1 ONLINE",
                        "u1 OFFLINE",
                        "u1 offline, last seen 2026-01-01T00:00:00Z",
                        "module dev.presence, module dev.presence.inmemory");
        assertThat(run.exitValue()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "presence-api, dev.presence, dev.presence",
        "presence-inmemory, dev.presence.inmemory, dev.presence.inmemory",
        "presence-testkit, dev.presence.testkit, dev.presence.testkit",
        "presence-http, dev.presence.http, dev.presence.http",
        "presence-redis, dev.presence.redis, dev.presence.redis",
        "presence-jdbc, dev.presence.jdbc, dev.presence.jdbc"
    })
    void eachPublishedJarIsARealModuleWithOnePackage(String artifact, String module, String exported) {
        Path[] jars = jars(artifact).toArray(Path[]::new);
        assertThat(ModuleFinder.of(jars).findAll())
                .singleElement()
                .extracting(ModuleReference::descriptor)
                .satisfies(descriptor -> {
                    assertThat(descriptor.name()).isEqualTo(module);
                    assertThat(descriptor.isAutomatic()).isFalse();
                    assertThat(descriptor.exports())
                            .extracting(ModuleDescriptor.Exports::source)
                            .containsExactly(exported);
                });
    }

    private Path compile(String modulePath) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror"));
        Path classes = directory.resolve("classes");
        arguments.addAll(List.of("--module-path", modulePath, "-d", classes.toString()));
        for (Map.Entry<String, String> source : CONSUMER.entrySet()) {
            Path file = directory.resolve("src").resolve(source.getKey());
            Files.createDirectories(file.getParent());
            arguments.add(Files.writeString(file, source.getValue()).toString());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        return classes;
    }

    /** The jars of an artifact, whatever its version. */
    private static Stream<Path> jars(String artifact) {
        try (Stream<Path> all = Files.list(JARS)) {
            return all.filter(jar -> jar.getFileName().toString().matches(artifact + "-\\d.*\\.jar")).toList().stream();
        } catch (IOException e) {
            throw new AssertionError("run by mvn verify, which fills " + JARS.toAbsolutePath(), e);
        }
    }
}
