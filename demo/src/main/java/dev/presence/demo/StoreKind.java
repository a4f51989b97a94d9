package dev.presence.demo;

import dev.presence.PresenceClock;
import dev.presence.PresenceStore;
import dev.presence.StoreSettings;
import dev.presence.inmemory.CaffeinePresenceStore;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The stores that {@code --store} can name. A new one is one constant here. */
enum StoreKind {
    INMEMORY {
        @Override
        PresenceStore open(StoreSettings settings, PresenceClock clock) {
            return CaffeinePresenceStore.builder()
                    .settings(settings)
                    .clock(clock)
                    .build();
        }
    };

    /** Opens a store, which the caller closes before it closes the clock. */
    abstract PresenceStore open(StoreSettings settings, PresenceClock clock);

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
