package dev.meridian.api.v1alpha1;

/** The sound card that the guest sees. */
public enum SoundModel {
    ich9,
    ac97
}
