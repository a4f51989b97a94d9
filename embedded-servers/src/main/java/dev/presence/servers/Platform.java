package dev.presence.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Locale;

/** What this machine is, and who runs this JVM. */
final class Platform {
    private Platform() {}

    static boolean isMac() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
    }

    static boolean isArm() {
        return System.getProperty("os.arch", "").equals("aarch64");
    }

    /** Asks the file system, as the name of a user may be anything. */
    static boolean isRoot() {
        try {
            return Files.getAttribute(Workspace.get().root(), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
