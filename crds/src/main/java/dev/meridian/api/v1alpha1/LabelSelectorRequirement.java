package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a label of an object must be. */
public record LabelSelectorRequirement(
        @Required @Pattern(KEY) @Size(max = 317) String key,
        @Required LabelOperator operator,

        @JsonPropertyDescription("With In and NotIn one at least, with the others none.") @Size(max = 32) @Nullable
        List<@Pattern(VALUE) @Size(max = 63) String> values) {
    /** A label's key: a name, or a domain and a name. */
    static final String KEY = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";

    static final String VALUE = "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$";
}
