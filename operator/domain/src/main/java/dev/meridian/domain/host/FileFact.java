package dev.meridian.domain.host;

/** What a file on the node is, seen without following links. */
public sealed interface FileFact {
    /** A regular file in directories that only root can change. */
    record Usable() implements FileFact {}

    /** Nothing is there. */
    record Missing() implements FileFact {}

    /** Not a file whose content a machine may use; {@code why} completes the sentence "the path ...". */
    record Refused(String why) implements FileFact {}
}
