package dev.presence.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The temporary directory of all servers of this JVM, and the watchdog that ends them and removes it with the JVM.
 * Thread-safe.
 *
 * <p>The watchdog is a shell that reads from a pipe of this JVM. A pipe is closed however the JVM ends, and a shutdown hook
 * does not run after kill -9.
 */
final class Workspace {
    /** Each line holds the ids of all processes that run. The traps keep it alive when Ctrl-C goes to the whole group. */
    private static final String WATCHDOG = """
            trap '' HUP INT TERM
            pids=
            while read -r line; do pids=$line; done
            [ -z "$pids" ] || kill -9 $pids
            rm -rf -- "$1"
            """;

    private static final Workspace INSTANCE = new Workspace();

    private final Path root;
    private final Process watchdog;
    private final Writer pipe;
    private final Set<Process> processes = ConcurrentHashMap.newKeySet();
    private final Set<ProcessHandle> stopped = ConcurrentHashMap.newKeySet();

    private Workspace() {
        try {
            root = Files.createTempDirectory("presence-servers-");
            watchdog = new ProcessBuilder("/bin/sh", "-c", WATCHDOG, "watchdog", root.toString())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pipe = watchdog.outputWriter(UTF_8);
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "presence-servers-end"));
    }

    static Workspace get() {
        return INSTANCE;
    }

    Path root() {
        return root;
    }

    Path newDirectory(String name) throws IOException {
        return Files.createTempDirectory(root, name + "-");
    }

    /** When the JVM ends, the watchdog may be deleting the same: then what is gone is done. */
    void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> leavesFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : leavesFirst) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // said above
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (UncheckedIOException e) { // on the walk
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
        }
    }

    /** Lets the process end with this JVM. */
    void adopt(Process process) throws IOException {
        processes.add(process);
        tellWatchdog();
        // The id of a process that is gone may become that of another one, which must not be killed.
        CompletableFuture<Void> unused = process.onExit().thenAccept(this::abandon);
    }

    /** For stopped processes: they do not notice that the one that started them died. */
    void alsoEnd(List<ProcessHandle> handles) {
        stopped.removeIf(handle -> !handle.isAlive());
        stopped.addAll(handles);
        try {
            tellWatchdog();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void abandon(Process process) {
        processes.remove(process);
        try {
            tellWatchdog();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void tellWatchdog() throws IOException {
        Stream<ProcessHandle> all = Stream.concat(processes.stream().map(Process::toHandle), stopped.stream());
        pipe.write(all.map(p -> Long.toString(p.pid())).collect(Collectors.joining(" ", "", "\n")));
        pipe.flush();
    }

    private void end() {
        processes.forEach(Process::destroyForcibly);
        try {
            synchronized (this) {
                pipe.close();
            }
            watchdog.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException e) {
            // The JVM ends, and with it the pipe.
        }
    }
}
