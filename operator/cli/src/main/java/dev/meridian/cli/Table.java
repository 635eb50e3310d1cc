package dev.meridian.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows under headings, in kubectl's columns: three blanks between them. */
record Table(List<String> headings, List<List<String>> rows) {
    Table {
        headings = List.copyOf(headings);
        rows = List.copyOf(rows);
    }

    /** Text of guests and of the cluster cannot steer a terminal. */
    static String plain(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]", "?");
    }

    String text() {
        var lines = new ArrayList<List<String>>();
        lines.add(headings);
        rows.forEach(row -> lines.add(row.stream()
                .map(cell -> cell.isEmpty() ? "<none>" : plain(cell))
                .toList()));
        var widths = IntStream.range(0, headings.size())
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return lines.stream().map(line -> line(line, widths)).collect(Collectors.joining());
    }

    private static String line(List<String> cells, int[] widths) {
        return IntStream.range(0, cells.size())
                        .mapToObj(column -> cells.get(column)
                                + " ".repeat(widths[column] - cells.get(column).length()))
                        .collect(Collectors.joining("   "))
                        .stripTrailing()
                + "\n";
    }
}
