package dev.presence.servers;

/** A JVM that starts a server as it is told, says where, and ends in good order when its input ends. */
final class JvmWithServer {
    private JvmWithServer() {}

    @SuppressWarnings("resource")
    public static void main(String[] args) throws Exception {
        EmbeddedServer server = args[0].equals("redis") ? RedisServer.start() : PostgresServer.start();
        if (args[0].equals("paused")) {
            server.pause();
        }
        System.out.println(server.pid() + " " + server.log());
        while (System.in.read() >= 0) {
            // Not the end yet.
        }
    }
}
