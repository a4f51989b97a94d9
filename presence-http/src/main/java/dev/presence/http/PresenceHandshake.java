package dev.presence.http;

import dev.presence.Ids;
import jakarta.websocket.CloseReason.CloseCode;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at the request that asks for a socket. What is wrong with it the socket says by closing, since a handshake cannot say why. */
final class PresenceHandshake extends ServerEndpointConfig.Configurator {
    static final String ADMITTED = "dev.presence.http.admitted";
    private static final String SCHEME_END = "://";

    /**
     * What the handshake found.
     *
     * @param caller who asks, if the socket may be opened
     * @param code what it is closed with, if not
     * @param problem why, then
     */
    record Admitted(Optional<String> caller, CloseCode code, String problem) {
        static Admitted not(String problem) {
            return new Admitted(Optional.empty(), CloseCodes.VIOLATED_POLICY, problem);
        }
    }

    private final PresenceSocketBuilder settings;
    private final Sockets sockets;

    PresenceHandshake(PresenceSocketBuilder settings) {
        this.settings = settings;
        sockets = new Sockets(settings);
    }

    @Override
    public boolean checkOrigin(String origin) {
        return true; // with the host, in what comes next
    }

    @Override
    public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
        config.getUserProperties().put(ADMITTED, admit(request));
    }

    private Admitted admit(HandshakeRequest request) {
        if (!isTrusted(request)) {
            return Admitted.not("the request comes from a page of another origin");
        }
        Optional<String> caller;
        try {
            caller = settings.caller.apply(request);
        } catch (RuntimeException e) {
            sockets.failures.add("Who asks for a socket could not be found out", e, sockets.nanos());
            return new Admitted(Optional.empty(), CloseCodes.UNEXPECTED_CONDITION, "who calls could not be found out");
        }
        if (caller.isEmpty()) {
            return Admitted.not("nobody is signed in");
        }
        try {
            Ids.requireUser(caller.get());
            return new Admitted(caller, CloseCodes.NORMAL_CLOSURE, "");
        } catch (IllegalArgumentException e) {
            return Admitted.not("the caller's id is malformed");
        }
    }

    private boolean isTrusted(HandshakeRequest request) {
        Optional<String> origin = header(request, "Origin");
        return origin.isEmpty()
                || settings.trustedOrigins.contains(origin.get())
                || header(request, "Host").orElse("").equalsIgnoreCase(authority(origin.get()));
    }

    /** The scheme is left out of it: behind a proxy that ends TLS the container takes it for ws. */
    private static String authority(String origin) {
        int scheme = origin.indexOf(SCHEME_END);
        return scheme < 0 ? "-" : origin.substring(scheme + SCHEME_END.length());
    }

    private static Optional<String> header(HandshakeRequest request, String name) {
        for (Map.Entry<String, List<String>> one : request.getHeaders().entrySet()) {
            if (one.getKey().equalsIgnoreCase(name) && !one.getValue().isEmpty()) {
                return Optional.of(one.getValue().get(0));
            }
        }
        return Optional.empty();
    }

    @Override
    public <T> T getEndpointInstance(Class<T> type) {
        return type.cast(new PresenceSocket(settings, sockets));
    }
}
