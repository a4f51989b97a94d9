package dev.presence;

/** A store cannot be reached just now; the same call may succeed later. */
public class PresenceStoreUnavailableException extends PresenceStoreException {
    private static final long serialVersionUID = 1L;

    /**
     * With the reason.
     *
     * @param message what was attempted and what went wrong; never ids or secrets
     */
    public PresenceStoreUnavailableException(String message) {
        super(message);
    }

    /**
     * With the reason and the driver's exception.
     *
     * @param message what was attempted and what went wrong; never ids or secrets
     * @param cause the exception of the driver
     */
    public PresenceStoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
