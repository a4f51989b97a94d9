package dev.presence.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The scripts: each one step on one group, whose keys are all named in the call. */
enum Script {
    RECORD("common", "record", "users", "changes"),
    LOOK("common", "look"),
    CLAIM("common", "users", "claim"),
    MOVE("common", "move"),
    META("meta"),
    TURN("turn"),
    SETTINGS("settings"),
    RELAYOUT("relayout");

    /** Among the arguments of the scripts that begin with {@code common.lua}: the process the group was with. */
    static final int RUN = 9;

    /** Where the group's transitions are announced. */
    static final int CHANNEL = 12;

    /** The group. */
    static final int GROUP = 16;

    private static final byte[] UNKNOWN = {};

    private final String source;
    private final String sha;
    private final boolean isOfGroup;

    Script(String... parts) {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            text.append(resource(part + ".lua")).append('\n');
        }
        isOfGroup = parts.length > 1;
        source = text.toString();
        sha = sha1(source);
    }

    private static String resource(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the script " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A call by the script's digest: it needs to have been run on that server before. */
    Call call(List<byte[]> keys, List<byte[]> arguments) {
        return new Call(this, keys, arguments);
    }

    /** What is needed to call a script once more, with its source. */
    record Call(Script script, List<byte[]> keys, List<byte[]> arguments) {
        AsyncCommand<byte[], byte[], List<Object>> byDigest() {
            return command(CommandType.EVALSHA, script.sha, arguments);
        }

        /** For a server that does not know the script: it may have started anew, so let it say which process it is. */
        AsyncCommand<byte[], byte[], List<Object>> bySource() {
            List<byte[]> unknowing = new ArrayList<>(arguments);
            if (script.isOfGroup) {
                unknowing.set(RUN, UNKNOWN);
            }
            return command(CommandType.EVAL, script.source, unknowing);
        }

        private AsyncCommand<byte[], byte[], List<Object>> command(
                CommandType type, String first, List<byte[]> values) {
            CommandArgs<byte[], byte[]> args =
                    new CommandArgs<>(ByteArrayCodec.INSTANCE).add(first).add(keys.size());
            keys.forEach(args::addKey);
            values.forEach(args::add);
            return new AsyncCommand<>(new Command<>(type, new ArrayOutput<>(ByteArrayCodec.INSTANCE), args));
        }
    }
}
