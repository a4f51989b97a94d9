package dev.presence.servers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A Redis that speaks TLS on one port and plain text on another, with a new key and a certificate for {@code 127.0.0.1} that
 * nobody but this key has signed. Clients need no certificate. Not thread-safe.
 */
public final class RedisTls implements AutoCloseable {
    private static final String PASSWORD = "changeit"; // of a file that goes with this JVM
    private static final String ALIAS = "redis";

    private final RedisServer server;
    private final int port;
    private final Path certificate;

    private RedisTls(RedisServer server, int port, Path certificate) {
        this.server = server;
        this.port = port;
        this.certificate = certificate;
    }

    /**
     * Makes a key and starts a server with it.
     *
     * @return the server, which answers on both ports
     * @throws IllegalStateException if the server does not start, or the JDK has no keytool
     */
    public static RedisTls start() {
        try {
            Path directory = Workspace.get().newDirectory("tls");
            Path certificate = directory.resolve("certificate.pem");
            Path key = directory.resolve("key.pem");
            KeyStore made = makeKey(directory);
            write(certificate, "CERTIFICATE", made.getCertificate(ALIAS).getEncoded());
            write(key, "PRIVATE KEY", made.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            int port = Ports.take();
            RedisServer server = RedisServer.start(
                    "--tls-port",
                    "" + port,
                    "--tls-cert-file",
                    "" + certificate,
                    "--tls-key-file",
                    "" + key,
                    "--tls-ca-cert-file",
                    "" + certificate,
                    "--tls-auth-clients",
                    "no");
            return new RedisTls(server, port, certificate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore makeKey(Path directory) throws IOException, GeneralSecurityException {
        File file = directory.resolve("key.p12").toFile();
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = List.of(
                "" + keytool,
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                "" + file,
                "-storepass",
                PASSWORD);
        Path log = directory.resolve("keytool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.onExit().join().exitValue() != 0) {
            throw new IllegalStateException("keytool failed: " + ServerProcess.tail(log));
        }
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file.toPath())) {
            made.load(in, PASSWORD.toCharArray());
        }
        return made;
    }

    private static void write(Path file, String what, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /**
     * Where clients that speak TLS connect.
     *
     * @return {@code rediss://127.0.0.1:port}
     */
    public String uri() {
        return "rediss://127.0.0.1:" + port;
    }

    /**
     * What clients have to trust.
     *
     * @return the certificate, as PEM; it goes with this JVM
     */
    public Path certificate() {
        return certificate;
    }

    /**
     * The server, whose own address is that for plain text.
     *
     * @return the server
     */
    public RedisServer server() {
        return server;
    }

    /** Closes the server. */
    @Override
    public void close() {
        server.close();
        Ports.release(port);
    }
}
