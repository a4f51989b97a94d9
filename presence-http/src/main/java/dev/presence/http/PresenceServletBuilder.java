package dev.presence.http;

import dev.presence.HeartbeatTracker;
import dev.presence.PresenceClock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Settings of a {@link PresenceServlet}. Not thread-safe; can be used again. */
public final class PresenceServletBuilder {
    final HeartbeatTracker tracker;
    CallerIdentity caller = CallerIdentity.principal();
    Visibility visibility = Visibility.everyone();
    CsrfCheck csrf = CsrfCheck.sameOrigin();
    RateLimit rateLimit = RateLimit.none();
    int maximumIds = 500;
    int maximumBodyBytes = 1024;
    int maximumStreams = 20_000;
    int maximumStreamsPerCaller = 20;
    Supplier<PresenceClock> clock = PresenceClock::system;
    DoubleSupplier chance = () -> ThreadLocalRandom.current().nextDouble();

    PresenceServletBuilder(HeartbeatTracker tracker) {
        this.tracker = tracker;
    }

    /**
     * Who the caller is. Default: {@link CallerIdentity#principal()}.
     *
     * @param value the identity
     * @return this
     */
    public PresenceServletBuilder caller(CallerIdentity value) {
        caller = value;
        return this;
    }

    /**
     * Whom a caller may see. Default: {@link Visibility#everyone()}.
     *
     * @param value the visibility
     * @return this
     */
    public PresenceServletBuilder visibility(Visibility value) {
        visibility = value;
        return this;
    }

    /**
     * What protects heartbeats, disconnects and the places for streams from other sites. Default: {@link CsrfCheck#sameOrigin}.
     *
     * @param value the check
     * @return this
     */
    public PresenceServletBuilder csrf(CsrfCheck value) {
        csrf = value;
        return this;
    }

    /**
     * How often a caller may ask. Default: {@link RateLimit#none()}.
     *
     * @param value the limit
     * @return this
     */
    public PresenceServletBuilder rateLimit(RateLimit value) {
        rateLimit = value;
        return this;
    }

    /**
     * How many ids one read may ask for, repeated ones counted. Default: 500; at least 1.
     *
     * @param value the limit
     * @return this
     * @throws IllegalArgumentException if it is not positive
     */
    public PresenceServletBuilder maximumIds(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maximumIds must be at least 1, not " + value);
        }
        maximumIds = value;
        return this;
    }

    /**
     * How large the body of a POST may be. None is needed, but some clients cannot do without. Default: 1,024 bytes; at least 0.
     *
     * @param value the limit in bytes
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public PresenceServletBuilder maximumBodyBytes(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("maximumBodyBytes must be at least 0, not " + value);
        }
        maximumBodyBytes = value;
        return this;
    }

    /**
     * How many streams and long polls may be open at once, those included that ended within the last minute. Default: 20,000; at
     * least 1.
     *
     * @param value the limit
     * @return this
     * @throws IllegalArgumentException if it is not positive
     */
    public PresenceServletBuilder maximumStreams(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maximumStreams must be at least 1, not " + value);
        }
        maximumStreams = value;
        return this;
    }

    /**
     * How many of them one caller may have. One more takes the place of the one that nobody has read for longest, if that is five seconds or
     * more. Default: 20; at least 1.
     *
     * @param value the limit
     * @return this
     * @throws IllegalArgumentException if it is not positive
     */
    public PresenceServletBuilder maximumStreamsPerCaller(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maximumStreamsPerCaller must be at least 1, not " + value);
        }
        maximumStreamsPerCaller = value;
        return this;
    }

    /** For tests: from 0 to 1, where within its bounds a wait is. */
    PresenceServletBuilder chance(DoubleSupplier value) {
        chance = value;
        return this;
    }

    /** For tests. The servlet closes it. */
    PresenceServletBuilder clock(PresenceClock value) {
        clock = () -> value;
        return this;
    }

    /**
     * Makes the servlet.
     *
     * @return a servlet, for the host to map
     */
    public PresenceServlet build() {
        return new PresenceServlet(this);
    }
}
