package dev.meridian.domain.xml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.LibvirtSchema;
import dev.meridian.domain.Samples;
import dev.meridian.domain.plan.Observation;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PlaceXmlTest {
    @Test
    void definitionSaysWhosePlaceItHoldsAndHasNoDocument() {
        // when
        var type = Objects.requireNonNull(
                Samples.situation(Samples.spec("{memory: {guest: 256Mi}}"), new Observation.Absent(), Samples.NOW)
                        .host()
                        .types()
                        .get(HypervisorType.QEMU));
        var xml = PlaceXml.of(Samples.IDENTITY, type, "cluster-1", "migration-uid");

        // then
        LibvirtSchema.assertValid(xml);
        var read = DefinitionReader.read(xml);
        assertThat(read.coming()).contains(new Coming("cluster-1", "migration-uid", "team-a", "web"));
        assertThat(read.document()).isEmpty();
        assertThat(xml).contains("<name>%s</name>".formatted(Samples.IDENTITY.domainName()));
    }

    @Test
    void definitionOfAMachineHoldsNobodysPlace() {
        assertThat(DefinitionReader.read(TpmXml.of(Samples.IDENTITY)).coming()).isEmpty();
    }
}
