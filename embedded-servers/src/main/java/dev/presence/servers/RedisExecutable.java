package dev.presence.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which program is started as Redis: the one that a system property names, or the bundled one, unpacked once per JVM. */
final class RedisExecutable {
    static final String PROPERTY = "presence.redis.executable";

    private static final String BUNDLED = "redis-server-7.0.15-";

    private static @Nullable Path unpacked;

    private RedisExecutable() {}

    static String path() {
        String named = System.getProperty(PROPERTY, "");
        if (named.isBlank()) {
            return bundled().toString();
        }
        // Servers run in directories of their own; a name without a directory is left to the PATH.
        return named.contains("/") ? Path.of(named).toAbsolutePath().toString() : named;
    }

    private static synchronized Path bundled() {
        Path file = unpacked;
        if (file == null) {
            file = unpack();
            unpacked = file;
        }
        return file;
    }

    private static Path unpack() {
        String name = BUNDLED + platform();
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
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return (system.startsWith("mac") ? "darwin" : system) + "-" + (machine.equals("aarch64") ? "arm64" : "amd64");
    }
}
