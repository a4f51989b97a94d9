package dev.presence.servers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

class RedisTlsIT {
    @Test
    void serverHasTheCertificateThatClientsAreToTrust() throws Exception {
        try (RedisTls redis = RedisTls.start();
                SSLSocket socket =
                        (SSLSocket) trusting(redis).getSocketFactory().createSocket()) {
            URI uri = URI.create(redis.uri());
            assertThat(uri.getScheme()).isEqualTo("rediss");
            socket.connect(Ports.address(uri.getPort()));
            socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(7), US_ASCII))
                    .isEqualTo("+PONG\r\n");
            assertThat(redis.server().text("PING")).isEqualTo("PONG");
        }
    }

    private static SSLContext trusting(RedisTls redis) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(redis.certificate())) {
            trusted.setCertificateEntry(
                    "redis", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
