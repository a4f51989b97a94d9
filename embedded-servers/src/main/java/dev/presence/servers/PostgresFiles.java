package dev.presence.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** The programs of PostgreSQL and an empty database, both made once per JVM. Thread-safe. */
final class PostgresFiles {
    private static @Nullable PostgresFiles made; // guarded by the class

    private final Path programs;
    private final Path empty;

    private PostgresFiles(Path programs, Path empty) {
        this.programs = programs;
        this.empty = empty;
    }

    static synchronized PostgresFiles get() {
        PostgresFiles files = made;
        if (files == null) {
            files = make();
            made = files;
        }
        return files;
    }

    private static PostgresFiles make() {
        Path root = Workspace.get().root().resolve("postgres");
        String name = "postgres-%s-%s.txz".formatted(Platform.isMac() ? "darwin" : "linux", machine());
        try (InputStream in = PostgresFiles.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("there is no bundled " + name + "; see " + PostgresServer.PROPERTY);
            }
            TarArchive.unpack(new XZInputStream(in), root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        PostgresFiles files = new PostgresFiles(root.resolve("bin"), root.resolve("empty"));
        List<String> init = List.of("-D", "" + files.empty, "-U", PostgresServer.USER, "-A", "trust", "-E", "UTF8");
        List<String> fast = List.of("--locale=C", "--no-sync", "--no-instructions");
        ServerProcess.run(
                files.command(
                        "initdb", Stream.concat(init.stream(), fast.stream()).toList()),
                root,
                root.resolve("initdb.log"));
        return files;
    }

    private static String machine() {
        return Platform.isArm() ? "arm_64" : "x86_64";
    }

    /** PostgreSQL refuses to run as root; in a namespace of its own root is nobody to it, and still owns its files. */
    List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (Platform.isRoot() && !Platform.isMac()) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add("" + programs.resolve(program));
        command.addAll(arguments);
        return command;
    }

    void copyEmpty(Path target) {
        copy(empty, target, path -> true);
    }

    /** Copies the files of a server that runs and is being backed up: some may vanish meanwhile. */
    static void copyLive(Path data, Path target) {
        Path log = data.resolve("pg_wal");
        copy(data, target, path -> !isOfTheProcess(path) && (!path.startsWith(log) || Files.isDirectory(path)));
    }

    private static boolean isOfTheProcess(Path path) {
        return path.endsWith("postmaster.pid") || path.endsWith("postmaster.opts");
    }

    private static void copy(Path from, Path to, Predicate<Path> wanted) {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.filter(wanted).toList()) {
                try {
                    Files.copy(path, to.resolve(from.relativize(path)));
                } catch (NoSuchFileException e) {
                    // It vanished, and the log of the changes knows.
                }
            }
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
