package dev.presence.demo;

import dev.presence.PresenceClock;
import dev.presence.StoreSettings;
import dev.presence.inmemory.CaffeinePresenceStore;
import dev.presence.inmemory.CaffeinePresenceStoreBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The stores that {@code --store} can name. A new one is one constant here. */
enum StoreKind {
    INMEMORY {
        @Override
        OpenStore open(StoreSettings settings, @Nullable PresenceClock driven, @Nullable String uri) {
            CaffeinePresenceStoreBuilder builder =
                    CaffeinePresenceStore.builder().settings(settings);
            return new OpenStore(
                    driven == null ? builder.build() : builder.clock(driven).build(), Optional.empty(), () -> {});
        }
    },
    REDIS {
        @Override
        OpenStore open(StoreSettings settings, @Nullable PresenceClock driven, @Nullable String uri) {
            return RedisOpening.open(settings, driven, uri);
        }
    },
    H2 {
        @Override
        OpenStore open(StoreSettings settings, @Nullable PresenceClock driven, @Nullable String uri) {
            return SqlOpening.open(settings, driven, uri == null ? SqlDatabase.inMemory() : SqlDatabase.at(uri, "h2"));
        }
    },
    POSTGRES {
        @Override
        OpenStore open(StoreSettings settings, @Nullable PresenceClock driven, @Nullable String uri) {
            return SqlOpening.open(
                    settings, driven, uri == null ? SqlDatabase.started() : SqlDatabase.at(uri, "postgresql"));
        }
    },
    MARIADB {
        @Override
        OpenStore open(StoreSettings settings, @Nullable PresenceClock driven, @Nullable String uri) {
            if (uri == null) {
                throw new IllegalArgumentException(
                        "--store=mariadb needs --jdbc=URL: its server is too big to be brought along");
            }
            return SqlOpening.open(settings, driven, SqlDatabase.at(uri, "mariadb"));
        }
    };

    /**
     * Opens a store.
     *
     * @param settings what it is to keep to
     * @param driven a clock for data of its own, which go when it is closed; without one the store keeps its own time
     * @param uri where its server is; without one a server is started, if need be
     */
    abstract OpenStore open(StoreSettings settings, @Nullable PresenceClock driven, @Nullable String uri);

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    static final class Converter implements ITypeConverter<StoreKind> {
        @Override
        public StoreKind convert(String text) {
            List<StoreKind> kinds = Arrays.asList(values());
            return kinds.stream()
                    .filter(kind -> kind.toString().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("there is no store '" + text + "', only " + kinds));
        }
    }
}
