package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefinitionShapeTest {
    @Test
    void valuesDoNotMatter() {
        assertThat(shape("vda", "a")).isEqualTo(shape("\"><evil a=\"1\"/>", "]]></name><evil/>"));
    }

    @Test
    void everyElementAndAttributeMatters() {
        var target = el("target").with("dev", "vda");

        assertThat(DefinitionShape.of(target.toXml()))
                .isNotEqualTo(DefinitionShape.of(target.with("bus", "virtio").toXml()))
                .isNotEqualTo(DefinitionShape.of(target.with(el("address")).toXml()))
                .isNotEqualTo(DefinitionShape.of(el("target").with("bus", "vda").toXml()));
    }

    private static String shape(String device, String name) {
        return DefinitionShape.of(el("domain")
                .with(el("name").text(name), el("target").with("dev", device))
                .toXml());
    }
}
