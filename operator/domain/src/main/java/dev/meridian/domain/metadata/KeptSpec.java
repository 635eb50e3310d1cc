package dev.meridian.domain.metadata;

import dev.meridian.api.v1alpha1.CloudInit;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.machine.Digests;
import org.jspecify.annotations.Nullable;

/** A spec as it may be kept and shown: with digests in place of what may be secret. */
public final class KeptSpec {
    private KeptSpec() {}

    public static VirtualMachineSpec of(VirtualMachineSpec spec) {
        var cloudInit = spec.cloudInit();
        return cloudInit == null
                ? spec
                : spec.withCloudInit(new CloudInit(
                        cloudInit.dataSource(),
                        digest(cloudInit.userData()),
                        digest(cloudInit.userDataBase64()),
                        cloudInit.userDataSecretRef(),
                        digest(cloudInit.networkData()),
                        cloudInit.networkDataSecretRef(),
                        cloudInit.sshAuthorizedKeys()));
    }

    private static @Nullable String digest(@Nullable String text) {
        return text == null ? null : "sha256:" + Digests.sha256(text);
    }
}
