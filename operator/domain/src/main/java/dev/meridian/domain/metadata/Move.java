package dev.meridian.domain.metadata;

import org.jspecify.annotations.Nullable;

/**
 * A migration of a machine, noted before libvirt is asked for it. From then on the source starts the guest no more when it
 * does not run there: it may run at the target.
 *
 * @param migration uid of its object
 * @param target the node to which it goes
 * @param ended why it is over without having succeeded; absent until then
 */
public record Move(
        String migration, String target, @Nullable String ended) {
    public Move ended(String why) {
        return new Move(migration, target, why);
    }
}
