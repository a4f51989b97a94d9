package dev.presence.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Many clients that watch one user, in a process of their own, on one thread. Answers {@code ready} when all watch; then, for each
 * line that it is told, has the user turn, and answers how many heard of it and after how many milliseconds: half of them, 99 %, all.
 */
final class IdleClients {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int OPENING_AT_ONCE = 50;
    private static final int BUFFER = 64 * 1024;
    private static final long LIMIT_NANOS = 30_000_000_000L;

    private final String kind;
    private final int port;
    private final int count;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final SynchronousQueue<Integer> rounds = new SynchronousQueue<>();
    private int opened;
    private int watching;
    private volatile long turnNanos;

    private IdleClients(String kind, int port, int count) throws IOException {
        this.kind = kind;
        this.port = port;
        this.count = count;
        selector = Selector.open();
    }

    /** Arguments: kind, port, how many. */
    public static void main(String[] args) throws IOException, InterruptedException {
        IdleClients clients = new IdleClients(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        Thread turning = new Thread(clients::turnWhenTold, "turns");
        turning.setDaemon(true);
        turning.start();
        clients.open();
        for (; ; ) {
            clients.hearRound();
        }
    }

    private void open() throws IOException {
        while (watching < count) {
            while (opened < count && opened - watching < OPENING_AT_ONCE) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
                channel.configureBlocking(false);
                IdleClient client = IdleClient.of(kind, channel);
                channel.register(selector, SelectionKey.OP_READ, client);
                client.open(opened++);
            }
            readSome(new Histogram(2), 0);
        }
        NodeProcess.answer("ready");
    }

    private void hearRound() throws IOException, InterruptedException {
        Integer round = rounds.poll();
        if (round == null) {
            readSome(new Histogram(2), 0); // a poll that is over is renewed
            return;
        }
        Histogram micros = new Histogram(3);
        long end = System.nanoTime() + LIMIT_NANOS;
        while (micros.getTotalCount() < count && System.nanoTime() < end) {
            readSome(micros, round);
        }
        NodeProcess.answer(String.format(
                Locale.ROOT,
                "%d %.1f %.1f %.1f",
                micros.getTotalCount(),
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getMaxValue() / 1e3));
    }

    /** Reads what comes within a short time; notes who heard of the turn of this number. */
    private void readSome(Histogram micros, int round) throws IOException {
        selector.select(100);
        for (SelectionKey key : selector.selectedKeys()) {
            IdleClient client = (IdleClient) key.attachment();
            boolean wasWatching = client.isWatching();
            int before = client.turns();
            if (!client.read(buffer)) {
                throw new IOException("the server has closed a connection");
            }
            watching += !wasWatching && client.isWatching() ? 1 : 0;
            if (before < round && client.turns() >= round) {
                micros.recordValue((System.nanoTime() - turnNanos) / 1_000);
            }
        }
        selector.selectedKeys().clear();
    }

    private void turnWhenTold() {
        HttpClient http = HttpClient.newHttpClient();
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            int round = 0;
            while (orders.readLine() != null) {
                round++;
                if (!rounds.offer(round, LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
                    throw new IOException("the last round has not ended");
                }
                HttpRequest turn = HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + port + (round % 2 == 1 ? "/heartbeat" : "/disconnect")))
                        .header(HostProcess.CALLER, IdleClient.TARGET)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
                turnNanos = System.nanoTime();
                http.send(turn, BodyHandlers.discarding());
            }
        } catch (IOException e) {
            System.err.println(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(0); // nobody wants to know any more
    }
}
