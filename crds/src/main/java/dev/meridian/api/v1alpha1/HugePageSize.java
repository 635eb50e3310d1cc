package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Sizes that huge pages have on the architectures that machines run on. */
public enum HugePageSize {
    @JsonProperty("2Mi")
    MEBIBYTES_2,
    @JsonProperty("1Gi")
    GIBIBYTE_1
}
