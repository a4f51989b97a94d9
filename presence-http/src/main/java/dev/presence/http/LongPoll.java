package dev.presence.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One long poll: answers when there is something new, or with nothing when the time is over. */
final class LongPoll implements Watch.Reader {
    static final long WAIT_NANOS = 20_000_000_000L; // and the answer has to get there within 25 s

    private static final Outbox.News NONE = new Outbox.News(Optional.empty(), List.of());
    private static final Logger log = LoggerFactory.getLogger(PresenceServlet.class);

    private final Watches watches;
    private final Watch watch;
    private final AsyncContext context;
    private final Runnable tick = this::onTick;
    private final long sinceNanos;
    private boolean answered; // guarded by this

    private LongPoll(Watches watches, Watch watch, AsyncContext context) {
        this.watches = watches;
        this.watch = watch;
        this.context = context;
        sinceNanos = watches.clock().nanos();
    }

    static void open(Watches watches, Watch watch, HttpServletRequest request) {
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        LongPoll poll = new LongPoll(watches, watch, context);
        watches.everySecond(poll.tick);
        watch.readBy(poll);
    }

    private void onTick() {
        if (watches.clock().nanos() - sinceNanos >= WAIT_NANOS) {
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
        }
        watches.noMore(tick);
        Optional<Watch.Told> told = watch.take(this);
        Outbox.News news = told.map(Watch.Told::news).orElse(NONE);
        String next = told.map(some -> watch.place(some.before() + news.size())).orElseGet(() -> watch.pass(this));
        watch.leave(this, watches.clock().nanos());
        try {
            Answer.json(Json.news(news, next)).send((HttpServletResponse) context.getResponse());
        } catch (IOException e) {
            log.debug("A long poll could not be answered", e);
        } finally {
            context.complete();
        }
    }
}
