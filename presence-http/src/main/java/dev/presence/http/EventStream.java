package dev.presence.http;

import dev.presence.Transition;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of Server-Sent Events. It writes only when the connection takes it, so a slow reader holds up nobody; what is new
 * meanwhile folds in the outbox. A reader that takes nothing for half a minute is dropped. Why a stream ends is its last line, where the
 * connection takes one more, and in the log.
 */
final class EventStream implements Watch.Reader, WriteListener, AsyncListener {
    private static final long QUIET_NANOS = 15_000_000_000L;
    static final long SLOW_NANOS = 30_000_000_000L;
    private static final Logger log = LoggerFactory.getLogger(PresenceServlet.class);

    private final Watches watches;
    private final Watch watch;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Runnable tick = this::onTick;
    private byte[] waiting; // guarded by this, as are all below
    private boolean started;
    private boolean ended;
    private long writtenNanos;
    private long quietNanos;

    private EventStream(Watches watches, Watch watch, AsyncContext context, ServletOutputStream out) {
        this.watches = watches;
        this.watch = watch;
        this.context = context;
        this.out = out;
        waiting = bytes("retry: 2000\n\n");
        writtenNanos = watches.clock().nanos();
        quietNanos = watches.about(QUIET_NANOS);
    }

    /** Answers the request with the stream of a watch. */
    static void open(Watches watches, Watch watch, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setStatus(200);
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no"); // or nginx keeps events back
        if (request.getProtocol().equals("HTTP/1.1")) {
            response.setHeader("Connection", "close"); // or a reader that is dropped keeps its connection
        }
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        EventStream stream = new EventStream(watches, watch, context, response.getOutputStream());
        context.addListener(stream);
        watches.everySecond(stream.tick);
        try {
            stream.out.setWriteListener(stream);
        } catch (RuntimeException e) { // a filter's stream that cannot do without blocking
            watches.noMore(stream.tick);
            response.setStatus(500);
            context.complete();
            throw e;
        }
        watch.readBy(stream);
    }

    @Override
    public void onWritePossible() {
        synchronized (this) {
            started = true;
        }
        write();
    }

    @Override
    public void onNews() {
        write();
    }

    /** Writes for as long as the connection takes it. */
    private synchronized void write() {
        try {
            while (started && !ended && out.isReady()) {
                byte[] next = waiting.length > 0 ? waiting : events();
                waiting = new byte[0];
                if (next.length == 0) {
                    return;
                }
                out.write(next);
                writtenNanos = watches.clock().nanos();
                if (out.isReady()) {
                    out.flush();
                }
            }
        } catch (IOException | IllegalStateException e) {
            finish();
        }
    }

    private byte[] events() {
        Optional<Watch.Told> told = watch.take(this);
        if (told.isEmpty()) {
            return new byte[0];
        }
        StringBuilder text = new StringBuilder();
        long number = told.get().before();
        Outbox.News news = told.get().news();
        if (news.snapshot().isPresent()) {
            append(text, ++number, "snapshot", Json.batch(news.snapshot().get()));
        }
        for (Transition transition : news.transitions()) {
            append(text, ++number, "transition", Json.transition(transition));
        }
        return bytes(text.toString());
    }

    private void append(StringBuilder text, long number, String event, String data) {
        text.append("id: ").append(watch.place(number));
        text.append("\nevent: ").append(event);
        text.append("\ndata: ").append(data).append("\n\n");
    }

    private void onTick() {
        long idle;
        boolean behind;
        synchronized (this) {
            idle = watches.clock().nanos() - writtenNanos;
            behind = waiting.length > 0 || !watch.outbox.isEmpty();
            if (idle >= quietNanos && !behind) {
                quietNanos = watches.about(QUIET_NANOS);
                waiting = bytes(": still here\n\n");
            }
        }
        if (behind && idle > SLOW_NANOS) {
            watches.remove(watch, "the reader is too slow");
        } else {
            write();
        }
    }

    @Override
    public void end(String reason) {
        log.debug("A stream is ended: {}", reason);
        synchronized (this) {
            try {
                if (started && !ended && out.isReady()) {
                    out.write(bytes(": " + reason + "\n\n"));
                }
            } catch (IOException | IllegalStateException e) {
                log.debug("A stream could not say why it ends", e);
            }
        }
        finish();
    }

    private void finish() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        watches.noMore(tick);
        watch.leave(this, watches.clock().nanos());
        try {
            context.complete();
        } catch (IllegalStateException e) {
            // the container was quicker
        }
    }

    @Override
    public void onError(Throwable failure) {
        finish();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        finish();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        finish();
    }

    @Override
    public void onError(AsyncEvent event) {
        finish();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
