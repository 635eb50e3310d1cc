package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The guest's memory. */
@ValidationRule(
        value = "!has(self.hugepages) || quantity(string(self.guest)).isInteger()"
                + " && quantity(string(self.guest)).asInteger()"
                + " % (self.hugepages.pageSize == '1Gi' ? 1073741824 : 2097152) == 0",
        message = "spec.memory.guest: give a whole number of huge pages, as spec.memory.hugepages.pageSize has them")
@ValidationRule(
        value = "!has(self.maxGuest) || !has(self.hugepages) || quantity(string(self.maxGuest)).isInteger()"
                + " && quantity(string(self.maxGuest)).asInteger()"
                + " % (self.hugepages.pageSize == '1Gi' ? 1073741824 : 2097152) == 0",
        message = "spec.memory.maxGuest: give a whole number of huge pages, as spec.memory.hugepages.pageSize has them")
@ValidationRule(
        value = "!has(self.maxGuest) || quantity(string(self.guest)).isInteger()"
                + " && quantity(string(self.guest)).asInteger() % 134217728 == 0",
        message = "spec.memory.guest: with spec.memory.maxGuest, give a multiple of " + Memory.STEP
                + ", which is what guests can be given at a time")
@ValidationRule(
        value = "!has(self.maxGuest) || quantity(string(self.maxGuest)).isInteger()"
                + " && quantity(string(self.maxGuest)).asInteger() % 134217728 == 0",
        message = "spec.memory.maxGuest: give a multiple of " + Memory.STEP
                + ", which is what guests can be given at a time")
@ValidationRule(
        value = "!has(self.maxGuest)"
                + " || quantity(string(self.maxGuest)).compareTo(quantity(string(self.guest))) >= 0",
        messageExpression = "'spec.memory.maxGuest: ' + string(self.maxGuest)"
                + " + ' is less than spec.memory.guest; give at least ' + string(self.guest)")
public record Memory(
        @JsonPropertyDescription(
                "Size, rounded up to whole MiB as QEMU does. May be raised to maxGuest while the guest runs.")
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

        @JsonPropertyDescription("Size to which the running guest's memory may grow. Left out: guest.")
        @ValidationRule(
                value = "quantity(string(self)).compareTo(quantity('" + Memory.MOST + "')) <= 0",
                messageExpression =
                        "'spec.memory.maxGuest: ' + string(self) + ' is too much; give at most " + Memory.MOST + "'")
        @Nullable
        Quantity maxGuest,

        @JsonPropertyDescription("A balloon; left out, there is none.") @Nullable
        Balloon balloon,

        @JsonPropertyDescription("Huge pages as memory; left out, the node's ordinary pages.") @Nullable
        HugePages hugepages) {
    public static final String LEAST = "1Mi";
    public static final String MOST = "16Ti";

    /** Linux takes no smaller piece of memory in while it runs. */
    public static final String STEP = "128Mi";

    /** The same with another size. */
    public Memory withGuest(Quantity other) {
        return new Memory(other, maxGuest, balloon, hugepages);
    }
}
