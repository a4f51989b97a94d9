package dev.presence.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One client that watches {@link #TARGET}, over a connection that does not block. What it hears is one of the two counts. */
abstract class IdleClient {
    static final String TARGET = "target";

    private static final String HEAD_END = "\r\n\r\n";

    final StringBuilder in = new StringBuilder(); // a character for each byte
    private final SocketChannel channel;
    private boolean watching;
    private int turns;

    IdleClient(SocketChannel channel) {
        this.channel = channel;
    }

    static IdleClient of(String kind, SocketChannel channel) {
        return switch (kind) {
            case "sse" -> new OfEvents(channel);
            case "poll" -> new OfPolls(channel);
            case "ws" -> new OfSocket(channel);
            default -> throw new IllegalArgumentException("--kind=" + kind + " is none of sse, poll, ws");
        };
    }

    boolean isWatching() {
        return watching;
    }

    int turns() {
        return turns;
    }

    /** Asks for what it watches. */
    abstract void open(int number) throws IOException;

    /** Takes the next message, if it is complete. */
    abstract boolean parse() throws IOException;

    /** Reads what came; false if the server is gone. */
    boolean read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        if (channel.read(buffer) < 0) {
            return false;
        }
        in.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        while (parse()) {
            // and the next
        }
        return true;
    }

    void hear(String message) {
        watching |= message.contains("\"statuses\":[");
        turns += message.contains("\"sequence\":") ? 1 : 0;
    }

    void get(String target, int number, String... headers) throws IOException {
        send(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + HostProcess.CALLER + ": w" + number + "\r\n"
                        + String.join("", headers) + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        if (channel.write(ByteBuffer.wrap(bytes)) < bytes.length) {
            throw new IOException("a request does not fit into the buffer of a socket");
        }
    }

    /** Takes the head of an answer away, if it is complete; returns the length of the body, or -1. */
    int head() throws IOException {
        int end = in.indexOf(HEAD_END);
        if (end < 0) {
            return -1;
        }
        String head = in.substring(0, end);
        in.delete(0, end + HEAD_END.length());
        if (!head.startsWith("HTTP/1.1 200") && !head.startsWith("HTTP/1.1 101")) {
            throw new IOException(head);
        }
        return head.lines()
                .filter(line -> line.startsWith("Content-Length: "))
                .mapToInt(line -> Integer.parseInt(line.substring(16)))
                .findFirst()
                .orElse(0);
    }

    private static final class OfEvents extends IdleClient {
        private OfEvents(SocketChannel channel) {
            super(channel);
        }

        @Override
        void open(int number) throws IOException {
            get("/status/stream?ids=" + TARGET, number);
        }

        @Override
        boolean parse() {
            int end = in.indexOf("\n\n"); // chunks and heads may stand in between, and are passed over
            if (end < 0) {
                return false;
            }
            hear(in.substring(0, end));
            in.delete(0, end + 2);
            return true;
        }
    }

    private static final class OfPolls extends IdleClient {
        private int number;
        private int length = -1;

        private OfPolls(SocketChannel channel) {
            super(channel);
        }

        @Override
        void open(int number) throws IOException {
            this.number = number;
            get("/status/poll?ids=" + TARGET, number);
        }

        @Override
        boolean parse() throws IOException {
            length = length < 0 ? head() : length;
            if (length < 0 || in.length() < length) {
                return false;
            }
            String body = in.substring(0, length);
            in.delete(0, length);
            length = -1;
            hear(body);
            get("/status/poll?ids=" + TARGET + "&since=" + body.replaceAll(".*\"next\":\"([^\"]*)\".*", "$1"), number);
            return true;
        }
    }

    private static final class OfSocket extends IdleClient {
        private static final int TEXT = 0x81;
        private static final int PING = 0x89;
        private static final int PONG = 0x8A;
        private static final int MASKED = 0x80;
        private boolean open;

        private OfSocket(SocketChannel channel) {
            super(channel);
        }

        @Override
        void open(int number) throws IOException {
            get(
                    "/presence",
                    number,
                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
        }

        @Override
        boolean parse() throws IOException {
            if (!open) {
                open = head() >= 0;
                if (open) {
                    say("{\"type\":\"watch\",\"ids\":[\"" + TARGET + "\"]}");
                }
                return open;
            }
            int size = in.length() < 2 ? 0 : in.charAt(1);
            int begin = size == 126 ? 4 : 2; // no message here has more than 64 KiB
            if (in.length() < begin) {
                return false;
            }
            int length = size == 126 ? in.charAt(2) << 8 | in.charAt(3) : size;
            if (in.length() < begin + length) {
                return false;
            }
            if (in.charAt(0) == PING) {
                send(new byte[] {(byte) PONG, (byte) MASKED, 0, 0, 0, 0}); // pings here are empty
            } else {
                hear(in.substring(begin, begin + length));
            }
            in.delete(0, begin + length);
            return true;
        }

        /** A short message, masked with zeros. */
        private void say(String text) throws IOException {
            byte[] payload = text.getBytes(StandardCharsets.ISO_8859_1);
            byte[] frame = new byte[6 + payload.length];
            frame[0] = (byte) TEXT;
            frame[1] = (byte) (MASKED | payload.length);
            System.arraycopy(payload, 0, frame, 6, payload.length);
            send(frame);
        }
    }
}
