package dev.presence.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which program is started as Redis: the one that a system property names, or a bundled one, unpacked once per JVM. */
final class RedisExecutable {
    static final RedisExecutable CURRENT = new RedisExecutable("7.0.15");

    /** With TLS from the system's OpenSSL 3 on Linux. */
    static final RedisExecutable OLDEST = new RedisExecutable("6.2");

    static final String PROPERTY = "presence.redis.executable";

    private static final Map<String, String> FILES = Map.of(
            "6.2-linux-amd64", "6.2.6-v5-linux-amd64", // says of itself that it is 6.2.11
            "6.2-linux-arm64", "6.2.7-linux-arm64",
            "6.2-darwin-amd64", "6.2.6-v5-darwin-amd64",
            "6.2-darwin-arm64", "6.2.6-v5-darwin-arm64");

    private final String version;

    private @Nullable Path unpacked; // guarded by this

    private RedisExecutable(String version) {
        this.version = version;
    }

    /** The one that the property names, in place of the current one; else the bundled one. */
    String path() {
        String named = this == CURRENT ? System.getProperty(PROPERTY, "") : "";
        if (named.isBlank()) {
            return bundled().toString();
        }
        // Servers run in directories of their own; a name without a directory is left to the PATH.
        return named.contains("/") ? Path.of(named).toAbsolutePath().toString() : named;
    }

    private synchronized Path bundled() {
        Path file = unpacked;
        if (file == null) {
            file = unpack();
            unpacked = file;
        }
        return file;
    }

    private Path unpack() {
        String build = version + "-" + platform();
        String name = "redis-server-" + FILES.getOrDefault(build, build);
        try (InputStream in = RedisExecutable.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("there is no bundled " + name + "; name a server with -D" + PROPERTY
                        + "=/path/to/redis-server");
            }
            Path file = Workspace.get().root().resolve(name);
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            if (!file.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + file + " executable");
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return (Platform.isMac() ? "darwin" : system) + "-" + (Platform.isArm() ? "arm64" : "amd64");
    }
}
