package dev.meridian.domain.metadata;

import dev.meridian.api.v1alpha1.CloudInit;
import dev.meridian.api.v1alpha1.Ignition;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.machine.Digests;
import org.jspecify.annotations.Nullable;

/** A spec as it may be kept and shown: with digests in place of what may be secret. */
public final class KeptSpec {
    private KeptSpec() {}

    public static VirtualMachineSpec of(VirtualMachineSpec spec) {
        return spec.withCloudInit(of(spec.cloudInit())).withIgnition(of(spec.ignition()));
    }

    private static @Nullable CloudInit of(@Nullable CloudInit cloudInit) {
        return cloudInit == null
                ? null
                : new CloudInit(
                        cloudInit.dataSource(),
                        digest(cloudInit.userData()),
                        digest(cloudInit.userDataBase64()),
                        cloudInit.userDataSecretRef(),
                        digest(cloudInit.networkData()),
                        cloudInit.networkDataSecretRef(),
                        cloudInit.sshAuthorizedKeys());
    }

    private static @Nullable Ignition of(@Nullable Ignition ignition) {
        return ignition == null ? null : new Ignition(digest(ignition.config()), ignition.configSecretRef());
    }

    private static @Nullable String digest(@Nullable String text) {
        return text == null ? null : "sha256:" + Digests.sha256(text);
    }
}
