package dev.meridian.agent;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The node's files, as its first process has them: an agent's pod has few of them.
 *
 * @param path where this process finds the node's /
 */
record NodeRoot(Path path) {
    /** As many as Linux follows (path_resolution(7)). */
    private static final int MOST_LINKS = 40;

    static NodeRoot seen() {
        return new NodeRoot(FirstProcess.isSeen() ? FirstProcess.PROC.resolve("root") : Path.of("/"));
    }

    /** @param node an absolute path of the node */
    Path resolve(Path node) {
        return path.resolve(Path.of("/").relativize(node));
    }

    /**
     * What a path of the node names in the end. The kernel would take an absolute link for one of this process's own root.
     * Links on the way to the file are the kernel's to follow.
     *
     * @param node an absolute path of the node
     * @return where this process finds it; there may be nothing
     * @throws FileSystemLoopException when there are too many links
     */
    Path follow(Path node) throws IOException {
        var at = node;
        for (int links = 0; links <= MOST_LINKS; links++) {
            var here = resolve(at);
            if (!Files.isSymbolicLink(here)) {
                return here;
            }
            at = at.resolveSibling(Files.readSymbolicLink(here)).normalize();
        }
        throw new FileSystemLoopException(node.toString());
    }
}
