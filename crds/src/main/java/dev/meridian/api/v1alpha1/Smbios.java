package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** SMBIOS' system information, each field of printable ASCII. */
public record Smbios(
        @Pattern(Smbios.TEXT) @Size(max = 63) @Nullable String manufacturer,
        @Pattern(Smbios.TEXT) @Size(max = 63) @Nullable String product,
        @Pattern(Smbios.TEXT) @Size(max = 63) @Nullable String version,
        @Pattern(Smbios.TEXT) @Size(max = 63) @Nullable String sku,
        @Pattern(Smbios.TEXT) @Size(max = 63) @Nullable String family) {
    /** Neither blank nor with blanks at its ends. */
    static final String TEXT = "^[!-~]([ -~]*[!-~])?$";

    /** Nothing is said. */
    public static final Smbios NONE = new Smbios(null, null, null, null, null);
}
