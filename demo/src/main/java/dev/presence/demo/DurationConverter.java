package dev.presence.demo;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 30d}, or ISO 8601 such as {@code PT1M30S}. */
final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern SHORT = Pattern.compile("(\\d+)(ms|s|m|h|d)");
    private static final Duration LONGEST = Duration.ofDays(36_500);

    @Override
    public Duration convert(String text) {
        Duration duration = parse(text);
        if (duration.compareTo(LONGEST) > 0) { // clocks count nanoseconds in a long
            throw new TypeConversionException("'" + text + "' is more than " + LONGEST.toDays() + "d");
        }
        return duration;
    }

    private static Duration parse(String text) {
        try {
            Matcher match = SHORT.matcher(text.toLowerCase(Locale.ROOT));
            return match.matches() ? of(Long.parseLong(match.group(1)), match.group(2)) : Duration.parse(text);
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + text + "' is not a duration such as 500ms, 30s, 5m, 2h, 30d or PT1M30S");
        }
    }

    private static Duration of(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
