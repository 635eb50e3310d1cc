package dev.meridian.domain.host;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** CPUs of a node by their numbers, written as the kernel, kubelet and libvirt write them: {@code 0-3,8}. */
public final class CpuSet {
    private static final Pattern LIST = Pattern.compile("\\d{1,4}(-\\d{1,4})?(,\\d{1,4}(-\\d{1,4})?)*");

    private CpuSet() {}

    /** Empty of what is no such list, and of none. */
    public static Optional<SortedSet<Integer>> read(String text) {
        if (!LIST.matcher(text).matches()) {
            return Optional.empty();
        }
        var found = Arrays.stream(text.split(",", -1))
                .flatMapToInt(CpuSet::range)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private static IntStream range(String part) {
        var ends = part.split("-", 2);
        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    public static String write(Collection<Integer> cpus) {
        return cpus.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
