package dev.presence.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Sends {@code SET key 1 EX seconds} from bytes that were made beforehand, over plain sockets, and reads the replies. */
final class BareBeats extends BeatWriter {
    private static final byte[] OK = "+OK\r\n".getBytes(US_ASCII);

    private final byte[] commands;
    private final int length; // of one command, the same for all
    private final List<Link> links = new ArrayList<>();

    /** One connection, for one thread. */
    private static final class Link {
        private final Socket socket;
        private final OutputStream out;
        private final InputStream in;
        private final byte[] replies;

        Link(URI uri, int depth) throws IOException {
            socket = new Socket(uri.getHost(), uri.getPort());
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = socket.getInputStream();
            replies = new byte[depth * OK.length];
        }
    }

    BareBeats(Job job) {
        super(job);
        length = command(0).length;
        commands = new byte[Math.multiplyExact(length, job.users().size())];
        for (int place = 0; place < job.users().size(); place++) {
            System.arraycopy(command(place), 0, commands, place * length, length);
        }
        try {
            for (int thread = 0; thread < job.threads(); thread++) {
                links.add(new Link(URI.create(job.uri()), job.depth()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] command(int place) {
        StringBuilder text = new StringBuilder("*5\r\n");
        for (String word : new String[] {"SET", key(place), "1", "EX", Integer.toString(job.timeoutSeconds())}) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString().getBytes(US_ASCII);
    }

    /** A reader of its own would let the requests flow on, but no store does without the answers either. */
    @Override
    void write(int thread, int from, int to) {
        Link link = links.get(thread);
        int expected = (to - from) * OK.length;
        try {
            link.out.write(commands, from * length, (to - from) * length);
            if (link.in.readNBytes(link.replies, 0, expected) < expected) {
                throw new IOException("the server closed the connection");
            }
            for (int i = 0; i < expected; i += OK.length) {
                if (link.replies[i] != '+') {
                    throw new IOException("the server refused: " + new String(link.replies, 0, expected, US_ASCII));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acknowledge(to - from);
    }

    @Override
    public void close() {
        try {
            for (Link link : links) {
                link.socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
