package dev.meridian.domain.supply;

import org.jspecify.annotations.Nullable;

/**
 * Why files of a machine on a node are not the machine's: noted beside them, so that it outlives the migration's object.
 *
 * @param migration uid of its object
 * @param namespace the machine's
 * @param name the machine's
 * @param nvram the file of its UEFI's variables
 * @param tpm libvirt keeps the state of a TPM beside them
 */
public record Moving(
        Role role,
        String migration,
        String namespace,
        String name,
        @Nullable String nvram,
        boolean tpm) {
    /** Which way the machine goes. */
    public enum Role {
        /** They are made for a machine that is to come. */
        Coming,
        /** The machine has gone to another node, with a copy of them. */
        Gone
    }

    public boolean isComingBy(String uid) {
        return role == Role.Coming && migration.equals(uid);
    }
}
