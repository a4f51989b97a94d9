/** The HTTP surface of presence, as Jakarta servlets. */
module dev.presence.http {
    requires com.fasterxml.jackson.core;
    requires transitive dev.presence;
    requires transitive jakarta.servlet;
    requires static transitive jakarta.websocket; // only where there are sockets
    requires static transitive jakarta.websocket.client; // what both sides of a socket share
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.presence.http;
}
