package dev.presence;

/** A store could not do what it was asked, and trying again would not help. The driver's exception is the cause. */
public class PresenceStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * With the reason.
     *
     * @param message what was attempted and what went wrong; never ids or secrets
     */
    public PresenceStoreException(String message) {
        super(message);
    }

    /**
     * With the reason and the driver's exception.
     *
     * @param message what was attempted and what went wrong; never ids or secrets
     * @param cause the exception of the driver
     */
    public PresenceStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
