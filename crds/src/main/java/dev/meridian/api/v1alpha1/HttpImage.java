package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A file on an HTTP server. */
@ValidationRule(
        value = "self.url.startsWith('https://') || has(self.checksum)",
        messageExpression = "'spec.http.url: nobody vouches for what ' + self.url + ' answers; use https, or give"
                + " spec.http.checksum'")
@ValidationRule(
        value = "self.url.startsWith('https://') || !has(self.secretRef)",
        messageExpression =
                "'spec.http.secretRef: ' + self.url + ' would carry the credentials in the clear; use https'")
public record HttpImage(
        @JsonPropertyDescription("http or https; without user information and fragment.")
        @Required
        @Pattern("^https?://[A-Za-z0-9._~:\\[\\]-]+(/[A-Za-z0-9._~:/?\\[\\]@!$&'()*+,;=%-]*)?$")
        @Size(max = 2048)
        String url,

        @JsonPropertyDescription("sha256: or sha512: and the digest in lower-case hexadecimal.")
        @Pattern("^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$")
        @Size(max = 135)
        @Nullable
        String checksum,

        @JsonPropertyDescription("Certificates in PEM that alone are trusted to vouch for the server.")
        @Size(max = 65536)
        @Nullable
        String caBundle,

        @JsonPropertyDescription("Secret with username and password, or with token.") @Nullable
        SecretRef secretRef) {}
