package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.CloudInitDataSource;
import java.util.List;
import java.util.Optional;

/** What cloud-init in the guest is to find. */
public record CloudInitShape(
        CloudInitDataSource dataSource,
        Optional<GivenValue> userData,
        Optional<GivenValue> networkData,
        List<String> sshAuthorizedKeys) {}
