package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The guest's memory. */
public record Memory(
        @JsonPropertyDescription("Size, rounded up to whole MiB as QEMU does.")
        @Required
        @ValidationRule(
                value = "quantity(string(self)).compareTo(quantity('" + Memory.LEAST + "')) >= 0",
                messageExpression =
                        "'spec.memory.guest: ' + string(self) + ' is too little; give at least " + Memory.LEAST + "'")
        @ValidationRule(
                value = "quantity(string(self)).compareTo(quantity('" + Memory.MOST + "')) <= 0",
                messageExpression =
                        "'spec.memory.guest: ' + string(self) + ' is too much; give at most " + Memory.MOST + "'")
        Quantity guest,

        @JsonPropertyDescription("A balloon; left out, there is none.") @Nullable
        Balloon balloon) {
    public static final String LEAST = "1Mi";
    public static final String MOST = "16Ti";
}
