package dev.meridian.domain.supply;

/**
 * A place that is sought from a root downwards, and never through a link: others than the node's administrator may have
 * made what lies there.
 *
 * @param path relative to the root
 */
public record Beneath(String root, String path) {
    public Beneath child(String name) {
        return new Beneath(root, path + "/" + name);
    }
}
