package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What cloud-init in the guest finds: a read-only disk with the machine's uid as instance-id, its name as hostname, and
 * what is given here. A change is read at the machine's next start.
 */
@ValidationRule(
        value =
                "[has(self.userData), has(self.userDataBase64), has(self.userDataSecretRef)].filter(given, given).size()"
                        + " <= 1",
        message = "spec.cloudInit: give one of userData, userDataBase64 and userDataSecretRef")
@ValidationRule(
        value = "!has(self.networkData) || !has(self.networkDataSecretRef)",
        message = "spec.cloudInit: give one of networkData and networkDataSecretRef")
public record CloudInit(
        @JsonPropertyDescription("The layout of the disk.") @Default("NoCloud") @Nullable
        CloudInitDataSource dataSource,

        @JsonPropertyDescription("User data: #cloud-config, a script or whatever else cloud-init takes.")
        @Size(max = CloudInit.MOST_INLINE)
        @Nullable
        String userData,

        @JsonPropertyDescription("User data in base64, for what is no text: a gzip archive.")
        @Pattern(CloudInit.BASE64)
        @Size(max = CloudInit.MOST_INLINE)
        @Nullable
        String userDataBase64,

        @JsonPropertyDescription("User data in a Secret of the machine's namespace, up to 1 MiB: a text or not.")
        @Nullable
        SecretKeyRef userDataSecretRef,

        @JsonPropertyDescription("Network configuration: of NoCloud in cloud-init's version 1 or 2, of ConfigDrive in"
                + " OpenStack's JSON.")
        @Size(max = CloudInit.MOST_INLINE)
        @Nullable
        String networkData,

        @JsonPropertyDescription("Network configuration in a Secret of the machine's namespace.") @Nullable
        SecretKeyRef networkDataSecretRef,

        @JsonPropertyDescription("Public keys with which one may log in as the image's default user.")
        @Size(max = 64)
        @Nullable
        List<@Pattern("^[a-z0-9@.-]+ [A-Za-z0-9+/=]+( [^\\n\\r]*)?$") @Size(max = 4096) String> sshAuthorizedKeys) {
    /** Whole groups of four, which may be broken into lines. */
    static final String BASE64 =
            "^((\\s*[A-Za-z0-9+/]){4})*((\\s*[A-Za-z0-9+/]){2}(\\s*=){2}" + "|(\\s*[A-Za-z0-9+/]){3}\\s*=)?\\s*$";

    /** Characters; what is longer belongs in a Secret. */
    public static final int MOST_INLINE = 32_768;
}
