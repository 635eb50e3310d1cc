package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.GraphicsType;
import dev.meridian.api.v1alpha1.SoundModel;
import dev.meridian.api.v1alpha1.VideoModel;
import dev.meridian.api.v1alpha1.WatchdogAction;
import java.util.List;
import java.util.Optional;

/** A machine's devices beside its disks and network interfaces. */
public record DeviceShapes(
        boolean tpm,
        boolean rng,
        Optional<BalloonShape> balloon,
        Optional<WatchdogAction> watchdog,
        boolean panic,
        List<InputShape> inputs,
        Optional<VideoModel> video,
        Optional<GraphicsType> graphics,
        List<ConsoleShape> consoles,
        Optional<SoundModel> sound,
        boolean vsock) {}
