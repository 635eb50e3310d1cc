package dev.meridian.domain.xml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.LibvirtSchema;
import dev.meridian.domain.Samples;
import org.junit.jupiter.api.Test;

class TpmXmlTest {
    @Test
    void definitionHasTheMachinesUuidAndItsTpmAlone() {
        // when
        var xml = TpmXml.of(Samples.IDENTITY);

        // then
        LibvirtSchema.assertValid(xml);
        assertThat(xml)
                .contains(
                        "<uuid>22222222-2222-4222-8222-222222222222</uuid>",
                        "<name>meridian-tpm-22222222-2222-4222-8222-222222222222</name>",
                        "persistent_state=\"yes\"");
    }
}
