package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.meridian.app.Rule.Offence;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the code and who may enter which. */
class ArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.meridian");

    private static final Pattern TYPE = Pattern.compile("(?:class|@interface) (\\w+)");

    @ParameterizedTest
    @EnumSource
    void productKeepsTheRule(Rule rule) {
        rule.rule().check(PRODUCT);
    }

    @ParameterizedTest
    @MethodSource("offences")
    void offenceBreaksTheRule(Rule rule, Offence offence, @TempDir Path classes) throws IOException {
        // given
        compile(offence.sources(), classes);
        var offenders = new ClassFileImporter().importPath(classes);
        // when
        var result = rule.rule().allowEmptyShould(true).evaluate(offenders);
        // then
        assertThat(result.hasViolation())
                .as("%s is broken by %s", rule, offence)
                .isTrue();
    }

    /** Every rule has one: a rule that nothing breaks is none. */
    static Stream<Arguments> offences() {
        return Stream.of(Rule.values()).flatMap(rule -> {
            assertThat(rule.offences()).as("what breaks %s", rule).isNotEmpty();
            return rule.offences().stream().map(offence -> Arguments.of(rule, offence));
        });
    }

    private static void compile(List<String> sources, Path classes) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var options = List.of("-proc:none", "-d", classes.toString());
        var units = sources.stream().map(ArchitectureTest::unit).toList();
        assertThat(compiler.getTask(null, null, null, options, null, units).call())
                .as("compiles: %s", sources)
                .isTrue();
    }

    private static JavaFileObject unit(String source) {
        var type = TYPE.matcher(source);
        assertThat(type.find()).isTrue();
        return new SimpleJavaFileObject(URI.create("mem:///" + type.group(1) + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }
}
