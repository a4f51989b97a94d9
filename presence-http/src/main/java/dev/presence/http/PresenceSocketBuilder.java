package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.PresenceClock;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Presence over a WebSocket: settings of an endpoint that any container with Jakarta WebSocket 2.1 deploys. Not thread-safe; can be
 * used again.
 *
 * <p>Up go JSON objects: {@code {"type":"heartbeat"}}, {@code {"type":"watch","ids":[…]}}, {@code {"type":"unwatch","ids":[…]}} and
 * {@code {"type":"disconnect"}}. Down come {@code {"type":"snapshot","now":…,"statuses":[…]}},
 * {@code {"type":"transition","user":…,"status":…,"at":…,"sequence":…}}, {@code {"type":"next","millis":…}}, which says when to beat
 * again, and {@code {"type":"error","detail":…}}. The session is the parameter {@code session}, else one of the connection's own.
 * Opening the socket is a heartbeat. When it closes the session lapses, unless its client is back before the timeout;
 * {@code disconnect} ends it at once.
 *
 * <p>A browser's request from another origin is refused: browsers send cookies along with it whatever page opens the socket. A reader
 * that is slow is told the newest of each user; one that takes nothing for half a minute is closed with 1013. A client that says nothing is
 * asked by a ping, which browsers answer by themselves; one of which nothing is heard for two minutes, or for three heartbeat intervals if
 * these are longer, is closed with 1001.
 */
public final class PresenceSocketBuilder {
    final HeartbeatTracker tracker;
    Function<HandshakeRequest, Optional<String>> caller =
            request -> Optional.ofNullable(request.getUserPrincipal()).map(Principal::getName);
    Visibility visibility = Visibility.everyone();
    Set<String> trustedOrigins = Set.of();
    int maximumIds = 500;
    int maximumSockets = 20_000;
    int maximumSocketsPerCaller = 20;
    int maximumMessagesPerMinute = 300;
    Duration slow = Duration.ofSeconds(30);
    private Duration idle = Duration.ofMinutes(2);
    Supplier<PresenceClock> clock = PresenceClock::system;

    private PresenceSocketBuilder(HeartbeatTracker tracker) {
        this.tracker = tracker;
    }

    /**
     * Settings with defaults that are safe.
     *
     * @param tracker the tracker, which the caller closes after the container has stopped
     * @return a builder
     */
    public static PresenceSocketBuilder of(HeartbeatTracker tracker) {
        return new PresenceSocketBuilder(tracker);
    }

    /**
     * Who the caller is. Default: the name of the request's principal; without a caller the socket is closed with 1008.
     *
     * @param value the identity
     * @return this
     */
    public PresenceSocketBuilder caller(Function<HandshakeRequest, Optional<String>> value) {
        caller = value;
        return this;
    }

    /**
     * Whom a caller may see, asked when users are added. Default: {@link Visibility#everyone()}.
     *
     * @param value the visibility
     * @return this
     */
    public PresenceSocketBuilder visibility(Visibility value) {
        visibility = value;
        return this;
    }

    /**
     * Origins beside the host's own whose pages may open a socket, such as {@code https://www.example.com}. Default: none.
     *
     * @param values the origins
     * @return this
     */
    public PresenceSocketBuilder trustedOrigins(String... values) {
        trustedOrigins = Set.of(values);
        return this;
    }

    /**
     * How many users one socket may watch; its longest message is sized by it. Default: 500; at least 1.
     *
     * @param value the limit
     * @return this
     * @throws IllegalArgumentException if it is not positive
     */
    public PresenceSocketBuilder maximumIds(int value) {
        maximumIds = positive("maximumIds", value);
        return this;
    }

    /**
     * How many sockets may be open at once. Default: 20,000; at least 1.
     *
     * @param value the limit
     * @return this
     * @throws IllegalArgumentException if it is not positive
     */
    public PresenceSocketBuilder maximumSockets(int value) {
        maximumSockets = positive("maximumSockets", value);
        return this;
    }

    /**
     * How many of them one caller may have. Default: 20; at least 1.
     *
     * @param value the limit
     * @return this
     * @throws IllegalArgumentException if it is not positive
     */
    public PresenceSocketBuilder maximumSocketsPerCaller(int value) {
        maximumSocketsPerCaller = positive("maximumSocketsPerCaller", value);
        return this;
    }

    /**
     * How many messages one socket may send in a minute, all at once if it likes; one that sends more is closed with 1008. Each {@code watch}
     * asks the visibility and the store. Default: 300; at least 1.
     *
     * @param value the limit
     * @return this
     * @throws IllegalArgumentException if it is not positive
     */
    public PresenceSocketBuilder maximumMessagesPerMinute(int value) {
        maximumMessagesPerMinute = positive("maximumMessagesPerMinute", value);
        return this;
    }

    /** For tests: how long one message may take to be sent. */
    PresenceSocketBuilder slow(Duration value) {
        slow = value;
        return this;
    }

    /** For tests: for how long nothing need be heard of a client, if that is more than three heartbeat intervals. */
    PresenceSocketBuilder idle(Duration value) {
        idle = value;
        return this;
    }

    Duration idle() {
        Duration beats = tracker.heartbeatInterval().multipliedBy(3);
        return beats.compareTo(idle) > 0 ? beats : idle;
    }

    /** For tests. The endpoint closes it. */
    PresenceSocketBuilder clock(PresenceClock value) {
        clock = () -> value;
        return this;
    }

    private static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, not " + value);
        }
        return value;
    }

    /**
     * Makes the endpoint.
     *
     * @param path where it is served, such as {@code /presence}
     * @return what the host deploys with {@code ServerContainer.addEndpoint}
     */
    public ServerEndpointConfig build(String path) {
        return ServerEndpointConfig.Builder.create(PresenceSocket.class, path)
                .configurator(new PresenceHandshake(this))
                .build();
    }
}
