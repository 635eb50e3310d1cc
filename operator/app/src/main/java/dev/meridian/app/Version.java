package dev.meridian.app;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says: the version that the jar's manifest has. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "meridian "
                    + Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                            .orElse("0.0.0-development")
        };
    }
}
