package dev.meridian.domain.guest;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The lines of a file {@code authorized_keys} that are ours: they end with a mark, and no other one is touched. */
public final class AuthorizedKeys {
    /** What each line of ours ends with: part of its comment. */
    static final String MARK = " managed-by-meridian";

    private static final Pattern LINE =
            Pattern.compile("([^\\p{Cntrl}]+ )?(ssh|ecdsa|sk)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/]+=*( [^\\p{Cntrl}]*)?");
    private static final int LONGEST = 16384;

    private AuthorizedKeys() {}

    /** Which lines are to come and to go. */
    public record Change(List<String> added, List<String> removed) {
        public boolean isNone() {
            return added.isEmpty() && removed.isEmpty();
        }
    }

    /** The keys of a Secret's files. */
    public static SortedSet<String> of(Map<String, byte[]> files) {
        return files.values().stream()
                .flatMap(content -> text(content).lines())
                .map(String::strip)
                .filter(AuthorizedKeys::isKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Names of the files that have a line which is neither a key nor a comment. */
    public static List<String> mistaken(Map<String, byte[]> files) {
        return files.entrySet().stream()
                .filter(file -> text(file.getValue())
                        .lines()
                        .map(String::strip)
                        .anyMatch(line -> !line.isEmpty() && !line.startsWith("#") && !isKey(line)))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean isKey(String line) {
        return line.length() <= LONGEST && LINE.matcher(line).matches();
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    /**
     * With an empty line behind. The guest agent ends no file with a line feed, so that whoever appends a line would
     * append it to ours; an empty line that is taken away and comes again is that line feed.
     */
    public static List<String> endingTheFile(List<String> lines) {
        return Stream.concat(lines.stream(), Stream.of("")).toList();
    }

    /** @param present all lines of the user's file now */
    public static Change change(List<String> present, SortedSet<String> wished) {
        var ours = wished.stream().map(key -> key + MARK).toList();
        return new Change(
                ours.stream().filter(line -> !present.contains(line)).toList(),
                present.stream()
                        .filter(line -> line.endsWith(MARK) && !ours.contains(line))
                        .distinct()
                        .toList());
    }
}
