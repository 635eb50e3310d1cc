package dev.meridian.libvirt;

import java.util.Optional;

/** Who is told of each call to libvirt when it is back, on the caller's thread; it must only count. */
@FunctionalInterface
public interface CallListener {
    /**
     * @param function libvirt's own name of it
     * @param failure empty when it did what was asked; that something is not there, where that was the question, is no failure
     */
    void returned(String function, long nanos, Optional<ErrorKind> failure);
}
