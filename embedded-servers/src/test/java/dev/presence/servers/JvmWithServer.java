package dev.presence.servers;

/** A JVM that starts a server, says where, and ends in good order when its input ends. */
final class JvmWithServer {
    private JvmWithServer() {}

    @SuppressWarnings("resource")
    public static void main(String[] args) throws Exception {
        RedisServer server = RedisServer.start();
        System.out.println(server.pid() + " " + server.log());
        while (System.in.read() >= 0) {
            // Not the end yet.
        }
    }
}
