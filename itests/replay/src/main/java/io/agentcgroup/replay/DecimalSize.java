package io.agentcgroup.replay;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Sizes as the recorded runs and the paper count them: {@code 1100M} is 1100 times 10^6 bytes, {@code 1100Mi} times 2^20.
 * (Limits of sessions and calls are in powers of 1024, as the kernel's control files are.)
 */
public final class DecimalSize implements ITypeConverter<Long> {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMG]?)(i?)B?", Pattern.CASE_INSENSITIVE);

    private static final String UNITS = "KMG";

    @Override
    public Long convert(String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches() || size.group(2).isEmpty() && !size.group(3).isEmpty()) {
            throw new TypeConversionException("'" + text + "' is no size such as 1100M (10^6 bytes) or 1100Mi (2^20 bytes)");
        }
        long base = size.group(3).isEmpty() ? 1000 : 1024;
        int power = size.group(2).isEmpty() ? 0 : UNITS.indexOf(size.group(2).toUpperCase(Locale.ROOT)) + 1;
        long bytes = Long.parseLong(size.group(1));
        for (int i = 0; i < power; i++) {
            if (bytes > Long.MAX_VALUE / base) {
                throw new TypeConversionException("nobody has " + text);
            }
            bytes *= base;
        }
        return bytes;
    }

    /** @return such as {@code 1100 MB} */
    public static String megabytes(long bytes) {
        return Math.round(bytes / 1e6) + " MB";
    }
}
