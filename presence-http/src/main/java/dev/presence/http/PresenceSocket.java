package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.Ids;
import dev.presence.PresenceStoreUnavailableException;
import dev.presence.TrackerHealth;
import dev.presence.Transition;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCode;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket, as containers see it: public, since they refuse other classes. Hosts make endpoints with {@link PresenceSocketBuilder}.
 */
public final class PresenceSocket extends Endpoint {
    private static final Logger log = LoggerFactory.getLogger(PresenceServlet.class);
    private static final int LONGEST_ID = 1_024; // escaped
    private static final int LONGEST_REST = 1_024;
    private static final long CLOSING_MILLIS = 5_000; // for which a client may take to answer that it is closed
    /** Tomcat's own 50 ms are over before a message that is under way, and then nobody is told why a socket was closed. */
    private static final String TOMCAT_LAST_WORD = "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT";

    private static final long LAST_WORD_MILLIS = 1_000;
    private static final int MOST_REPLIES = 100; // that a client may cause without reading them

    private final PresenceSocketBuilder settings;
    private final Sockets sockets;
    private final HeartbeatTracker tracker;
    private final MessageBudget budget;
    private final Outbox outbox = new Outbox();
    private final ArrayDeque<String> replies = new ArrayDeque<>(); // guarded by this, as are the next three
    private final ArrayDeque<String> news = new ArrayDeque<>(); // taken from the outbox, which holds them for told
    private boolean sending;
    private boolean pingDue;
    private @Nullable VisibleRoster roster; // guarded by this, as is the next
    private boolean closed;
    private @Nullable Session socket;
    private String caller = "";
    private String session = "";
    private boolean hasPlace;
    private volatile long heardNanos;
    private volatile long askedNanos;

    PresenceSocket(PresenceSocketBuilder settings, Sockets sockets) {
        this.settings = settings;
        this.sockets = sockets;
        tracker = settings.tracker;
        budget = new MessageBudget(settings.maximumMessagesPerMinute, sockets.nanos());
    }

    @Override
    public void onOpen(Session opened, EndpointConfig config) {
        socket = opened;
        opened.getUserProperties().put(TOMCAT_LAST_WORD, LAST_WORD_MILLIS);
        PresenceHandshake.Admitted admitted =
                opened.getUserProperties().get(PresenceHandshake.ADMITTED) instanceof PresenceHandshake.Admitted found
                        ? found
                        : PresenceHandshake.Admitted.not("the handshake was not seen");
        opened.setMaxTextMessageBufferSize(LONGEST_REST + settings.maximumIds * LONGEST_ID);
        if (admitted.caller().isEmpty()) {
            close(admitted.code(), admitted.problem());
            return;
        }
        caller = admitted.caller().get();
        try {
            session = named(opened.getQueryString());
        } catch (Problem e) {
            close(CloseCodes.VIOLATED_POLICY, String.valueOf(e.getMessage()));
            return;
        }
        hasPlace = sockets.places.take(caller);
        if (!hasPlace) {
            close(CloseCodes.TRY_AGAIN_LATER, "too many sockets are open");
            return;
        }
        opened.setMaxIdleTimeout(settings.idle().toMillis());
        opened.getAsyncRemote().setSendTimeout(settings.slow.toMillis());
        opened.addMessageHandler(String.class, this::onMessage);
        opened.addMessageHandler(PongMessage.class, this::onPong);
        heardNanos = sockets.nanos();
        askedNanos = heardNanos;
        sockets.add(this);
        guarded(this::beat);
    }

    private static String named(@Nullable String query) {
        return Query.of(query)
                .value("session")
                .map(id -> Problem.unlessWellFormed(Ids::requireSession, id))
                .orElseGet(() -> UUID.randomUUID().toString());
    }

    private void onPong(PongMessage pong) {
        heardNanos = sockets.nanos();
        log.trace("The client of a socket is there");
    }

    /** Asks a client that is silent whether it is there, and closes the socket of one that has been so for too long. */
    void look(long now) {
        long idle = settings.idle().toNanos();
        long silent = now - heardNanos;
        if (silent > idle) {
            close(CloseCodes.GOING_AWAY, "nothing was heard of the client");
        } else if (silent > idle / 3 && now - askedNanos > idle / 3) {
            askedNanos = now;
            synchronized (this) {
                pingDue = true;
            }
            send();
        }
    }

    /** Between messages only, since some containers would wait for the end of one that is being sent, which has a time-out of its own. */
    private void ping(Session to) {
        try {
            to.getAsyncRemote().sendPing(ByteBuffer.allocate(0));
        } catch (IOException | RuntimeException e) {
            log.debug("A socket could not be asked whether its client is there", e);
        } finally {
            synchronized (this) {
                sending = false;
            }
            send();
        }
    }

    private void onMessage(String text) {
        heardNanos = sockets.nanos();
        if (!budget.take(heardNanos)) {
            close(CloseCodes.VIOLATED_POLICY, "too many messages were sent");
            return;
        }
        Optional<SocketMessage> message = SocketMessage.parse(text, settings.maximumIds);
        if (message.isEmpty()) {
            reply(Json.socketError("this is no message that is understood, or it has too many ids"));
            return;
        }
        guarded(() -> serve(message.get()));
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (PresenceStoreUnavailableException e) {
            reply(Json.socketError("the presence store does not answer"));
        } catch (Problem e) {
            reply(Json.socketError(String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void fail(Throwable e) {
        if (tracker.health().state() == TrackerHealth.State.CLOSED) {
            close(CloseCodes.GOING_AWAY, "presence is shutting down");
        } else if (!isClosed()) {
            sockets.failures.add("A message over a socket for presence could not be served", e, sockets.nanos());
            close(CloseCodes.UNEXPECTED_CONDITION, "the message could not be served");
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void serve(SocketMessage message) {
        switch (message.type()) {
            case HEARTBEAT -> beat();
            case DISCONNECT -> tracker.disconnect(caller, session);
            case UNWATCH -> watching().unwatch(message.ids());
            case WATCH -> {
                message.ids().forEach(id -> Problem.unlessWellFormed(Ids::requireUser, id));
                if (!watching().watch(message.ids(), settings.maximumIds)) {
                    reply(Json.socketError("at most " + settings.maximumIds + " users can be watched"));
                }
            }
        }
    }

    /** Opened when first needed: it asks the store, and beats have to be taken while that is away. */
    private synchronized VisibleRoster watching() {
        if (closed) {
            throw new IllegalStateException("the socket is closed");
        }
        VisibleRoster watching = roster;
        if (watching == null) {
            watching = new VisibleRoster(tracker, settings.visibility, caller, outbox);
            outbox.onNews(this::send);
            roster = watching;
        }
        return watching;
    }

    private void beat() {
        tracker.heartbeat(caller, session);
        reply(Json.socketNext(tracker.nextHeartbeat().toMillis()));
    }

    private void reply(String text) {
        synchronized (this) {
            if (replies.size() >= MOST_REPLIES) {
                replies.clear(); // nobody reads them
            }
            replies.add(text);
        }
        send();
    }

    /** One message at a time; what is new meanwhile folds in the outbox. */
    private void send() {
        boolean ping;
        String next;
        Session to = socket;
        synchronized (this) {
            if (sending || to == null || !to.isOpen()) {
                return;
            }
            ping = pingDue;
            pingDue = false;
            next = ping ? null : next();
            sending = ping || next != null;
        }
        if (ping) {
            ping(to);
        } else if (next != null) {
            try {
                to.getAsyncRemote().sendText(next, result -> {
                    synchronized (this) {
                        sending = false;
                    }
                    if (result.isOK()) {
                        send();
                    } else {
                        close(CloseCodes.TRY_AGAIN_LATER, "the reader is too slow");
                    }
                });
            } catch (RuntimeException e) {
                close(CloseCodes.UNEXPECTED_CONDITION, "the message could not be sent");
            }
        }
    }

    private @Nullable String next() {
        if (!replies.isEmpty()) {
            return replies.poll();
        }
        if (news.isEmpty()) {
            outbox.take().ifPresent(taken -> {
                taken.snapshot().ifPresent(batch -> news.add(Json.socketSnapshot(batch)));
                for (Transition transition : taken.transitions()) {
                    news.add(Json.socketTransition(transition));
                }
            });
        }
        return news.poll();
    }

    private void close(CloseCode code, String reason) {
        Session open = socket;
        log.debug("A socket is closed: {}", reason);
        try {
            if (open != null && open.isOpen()) {
                open.setMaxIdleTimeout(CLOSING_MILLIS);
                open.close(new CloseReason(code, reason));
            }
        } catch (IOException e) {
            log.debug("A socket could not be closed", e);
        }
    }

    @Override
    public void onClose(Session ended, CloseReason reason) {
        VisibleRoster watching;
        synchronized (this) {
            this.closed = true;
            watching = roster;
        }
        if (watching != null) {
            watching.close();
        }
        sockets.remove(this);
        if (hasPlace) {
            sockets.places.giveBack(caller);
        }
    }

    /** The connection broke, or the client did not keep to the protocol. What fails here was caught before. */
    @Override
    public void onError(Session failed, Throwable failure) {
        log.debug("A socket failed", failure);
    }
}
