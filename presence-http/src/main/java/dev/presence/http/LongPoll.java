package dev.presence.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One long poll: answers when there is something new, or with nothing when the time is over. It writes only when the connection takes
 * it, so a reader that takes nothing holds up nobody; one that has not taken its answer for half a minute is dropped.
 */
final class LongPoll implements Watch.Reader, WriteListener {
    private static final long WAIT_NANOS = 20_000_000_000L; // about that, and the answer has to get there within 25 s

    private static final Outbox.News NONE = new Outbox.News(Optional.empty(), List.of());
    private static final Logger log = LoggerFactory.getLogger(PresenceServlet.class);

    private final Watches watches;
    private final Watch watch;
    private final AsyncContext context;
    private final Runnable tick = this::onTick;
    private final long sinceNanos;
    private final long waitNanos;
    private final HttpServletResponse response;
    private final ServletOutputStream out;
    private boolean answered; // guarded by this, as are all below
    private long answeredNanos;
    private Optional<Answer> answer = Optional.empty(); // until it is written
    private boolean started;
    private boolean written;
    private boolean ended;

    private LongPoll(Watches watches, Watch watch, AsyncContext context, HttpServletResponse response)
            throws IOException {
        this.watches = watches;
        this.watch = watch;
        this.context = context;
        this.response = response;
        out = response.getOutputStream();
        sinceNanos = watches.clock().nanos();
        waitNanos = watches.about(WAIT_NANOS);
    }

    static void open(Watches watches, Watch watch, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        LongPoll poll = new LongPoll(watches, watch, context, response);
        watches.everySecond(poll.tick);
        try {
            poll.out.setWriteListener(poll);
        } catch (RuntimeException e) { // a filter's stream that cannot do without blocking
            watches.noMore(poll.tick);
            response.setStatus(500);
            context.complete();
            throw e;
        }
        watch.readBy(poll);
        log.trace("A long poll waits");
    }

    private void onTick() {
        long now = watches.clock().nanos();
        boolean late;
        synchronized (this) {
            late = answered && now - answeredNanos > EventStream.SLOW_NANOS;
        }
        if (late) {
            log.debug("A long poll is ended: the reader is too slow");
            finish();
        } else if (now - sinceNanos >= waitNanos) {
            answer();
        }
    }

    @Override
    public void onNews() {
        if (!watch.outbox.isEmpty()) {
            answer();
        }
    }

    @Override
    public void end(String reason) {
        answer();
    }

    private void answer() {
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
            answeredNanos = watches.clock().nanos();
        }
        Optional<Watch.Told> told = watch.take(this);
        Outbox.News news = told.map(Watch.Told::news).orElse(NONE);
        String next = told.map(some -> watch.place(some.before() + news.size())).orElseGet(() -> watch.pass(this));
        watch.leave(this, watches.clock().nanos());
        synchronized (this) {
            answer = Optional.of(Answer.json(Json.news(news, next)));
        }
        log.trace("A long poll is answered");
        write();
    }

    @Override
    public void onWritePossible() {
        synchronized (this) {
            started = true;
        }
        write();
    }

    /** Writes the answer when the connection takes it, and is done when it has. */
    private void write() {
        try {
            if (isWritten()) {
                finish();
            }
        } catch (IOException | IllegalStateException e) {
            onError(e);
        }
    }

    private synchronized boolean isWritten() throws IOException {
        boolean hasWork = written || answer.isPresent();
        if (ended || !started || !hasWork || !out.isReady()) {
            return false;
        }
        if (answer.isPresent()) {
            Answer sent = answer.get();
            answer = Optional.empty();
            written = true;
            sent.send(response);
        }
        return out.isReady();
    }

    /** The connection broke: whoever comes back is told anew. */
    @Override
    public void onError(Throwable failure) {
        log.debug("A long poll could not be answered", failure);
        synchronized (this) {
            answered = true;
        }
        watch.leave(this, watches.clock().nanos());
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
        try {
            context.complete();
        } catch (IllegalStateException e) {
            // the container was quicker
        }
    }
}
