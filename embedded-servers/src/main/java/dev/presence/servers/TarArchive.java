package dev.presence.servers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unpacks what servers are packed in: directories, files and symbolic links with short names. Anything else fails. */
final class TarArchive {
    private static final int BLOCK = 512;
    private static final int NAME_LENGTH = 100;
    private static final int MODE = 100;
    private static final int SIZE = 124;
    private static final int TYPE = 156;
    private static final int LINK = 157;
    private static final int OCTAL_LENGTH = 12;
    private static final int MODE_LENGTH = 8;

    private TarArchive() {}

    static void unpack(InputStream in, Path directory) throws IOException {
        byte[] header = in.readNBytes(BLOCK);
        while (header.length == BLOCK && header[0] != 0) {
            unpackEntry(header, in, directory);
            header = in.readNBytes(BLOCK);
        }
        if (header.length != BLOCK) {
            throw new EOFException("the archive ends in the middle");
        }
    }

    private static void unpackEntry(byte[] header, InputStream in, Path directory) throws IOException {
        Path path = directory.resolve(text(header, 0, NAME_LENGTH)).normalize();
        if (!path.startsWith(directory)) {
            throw new IOException("the archive has an entry outside of it: " + path);
        }
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        switch (header[TYPE]) {
            case '5' -> Files.createDirectories(path);
            case '2' -> Files.createSymbolicLink(path, Path.of(text(header, LINK, NAME_LENGTH)));
            case '0', 0 -> {
                unpackFile(number(header, SIZE, OCTAL_LENGTH), in, path);
                boolean isProgram = (number(header, MODE, MODE_LENGTH) & 0100) != 0;
                if (isProgram && !path.toFile().setExecutable(true)) {
                    throw new IOException("cannot make " + path + " executable");
                }
            }
            default -> throw new IOException("the archive has an entry of type " + header[TYPE] + ": " + path);
        }
    }

    private static void unpackFile(long size, InputStream in, Path path) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = size;
        try (OutputStream out = Files.newOutputStream(path)) {
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw new EOFException("the archive ends in the middle of " + path);
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
    }

    private static long number(byte[] header, int offset, int length) {
        return Long.parseLong(text(header, offset, length).trim(), 8);
    }

    private static String text(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, ISO_8859_1);
    }
}
