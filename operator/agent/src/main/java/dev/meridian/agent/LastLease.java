package dev.meridian.agent;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The version of the Lease that this node wrote last, kept on the host: the API server can forget it. */
final class LastLease {
    private static final Logger LOG = LoggerFactory.getLogger(LastLease.class);

    private final Path file;
    private final String clusterId;
    private volatile OptionalLong version;

    LastLease(Path stateDirectory, String clusterId) {
        this.file = stateDirectory.resolve("last-lease");
        this.clusterId = clusterId;
        this.version = kept();
    }

    /** Empty where this cluster has never had a Lease of this host. */
    OptionalLong version() {
        return version;
    }

    /**
     * What the API server has of the Lease.
     *
     * @param isOlder its store is an earlier copy of the one in which the Lease was written
     */
    record Answer(@Nullable Lease lease, boolean isOlder) {}

    /** Asks for it. What another thread writes while the answer is on its way is not held against it. */
    Answer ask(Supplier<@Nullable Lease> question) {
        var known = version;
        var lease = question.get();
        return new Answer(
                lease,
                known.isPresent()
                        && (lease == null
                                || Long.parseLong(lease.getMetadata().getResourceVersion()) < known.getAsLong()));
    }

    private OptionalLong kept() {
        try {
            var words = Files.exists(file) ? Files.readString(file).strip().split(" ", -1) : new String[0];
            return words.length == 2 && words[0].equals(clusterId)
                    ? OptionalLong.of(Long.parseLong(words[1]))
                    : OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** Where it cannot be kept, this process knows it all the same; the next one knows an earlier version. */
    void written(String newVersion) {
        version = OptionalLong.of(Long.parseLong(newVersion));
        try {
            var fresh = file.resolveSibling("last-lease.new");
            Files.writeString(fresh, clusterId + " " + newVersion + "\n");
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", file).log("the Lease's version was not kept: {}", e.toString());
        }
    }
}
