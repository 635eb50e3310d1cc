package dev.meridian.agent.images;

/** Room on the disk for images. */
public interface Room {
    /** @throws ImageFailed when so many bytes have no place, whatever is given up for them */
    void demand(long bytes) throws ImageFailed;
}
