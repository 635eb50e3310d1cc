package dev.meridian.libvirt;

import java.util.Map;
import java.util.Optional;

/**
 * What a domain is busy with (virDomainGetJobStats).
 *
 * @param fields by the names of VIR_DOMAIN_JOB_*, numbers in decimal; what a driver does not tell is absent
 */
public record DomainJob(Type type, Operation operation, Map<String, String> fields) {
    /** virDomainJobType. */
    public enum Type {
        NONE,
        BOUNDED,
        UNBOUNDED,
        COMPLETED,
        FAILED,
        CANCELLED
    }

    /** virDomainJobOperation. */
    public enum Operation {
        UNKNOWN,
        START,
        SAVE,
        RESTORE,
        MIGRATION_IN,
        MIGRATION_OUT,
        SNAPSHOT,
        SNAPSHOT_REVERT,
        DUMP,
        BACKUP,
        SNAPSHOT_DELETE
    }

    private static final Type[] TYPES = Type.values();
    private static final Operation[] OPERATIONS = Operation.values();

    /** Takes numbers that this binding does not know for the first of their kind. */
    static DomainJob of(int type, Map<String, String> fields) {
        var operation = Optional.ofNullable(fields.get("operation"))
                .map(Integer::parseInt)
                .filter(number -> number < OPERATIONS.length)
                .orElse(0);
        return new DomainJob(
                type >= 0 && type < TYPES.length ? TYPES[type] : Type.NONE, OPERATIONS[operation], Map.copyOf(fields));
    }

    /** Whether it is under way. */
    public boolean isRunning() {
        return switch (type) {
            case BOUNDED, UNBOUNDED -> true;
            case NONE, COMPLETED, FAILED, CANCELLED -> false;
        };
    }

    public Optional<Long> totalBytes() {
        return number("data_total");
    }

    public Optional<Long> processedBytes() {
        return number("data_processed");
    }

    public Optional<Long> remainingBytes() {
        return number("data_remaining");
    }

    /** What there is of disks that are copied. */
    public long diskTotalBytes() {
        return number("disk_total").orElse(0L);
    }

    /** What there is of memory; none while disks are copied before it. */
    public long memoryTotalBytes() {
        return number("memory_total").orElse(0L);
    }

    /** How often all memory was gone through. */
    public Optional<Long> iteration() {
        return number("memory_iteration");
    }

    /** For how long the guest stands still, expected or, when it is over, measured. */
    public Optional<Long> downtimeMillis() {
        return number("downtime");
    }

    public Optional<Long> elapsedMillis() {
        return number("time_elapsed");
    }

    private Optional<Long> number(String field) {
        return Optional.ofNullable(fields.get(field)).map(Long::parseLong);
    }
}
