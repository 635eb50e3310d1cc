package dev.meridian.agent.images;

import dev.meridian.domain.image.ImageProblem;
import java.io.IOException;

/** An image was not had. */
public final class ImageFailed extends IOException {
    private final ImageProblem problem;

    public ImageFailed(ImageProblem problem) {
        super(problem.message());
        this.problem = problem;
    }

    ImageFailed(ImageProblem problem, Throwable cause) {
        super(problem.message(), cause);
        this.problem = problem;
    }

    static ImageFailed ofUser(String reason, String message) {
        return new ImageFailed(ImageProblem.ofUser(reason, message));
    }

    static ImageFailed ofWorld(String reason, String message) {
        return new ImageFailed(ImageProblem.ofWorld(reason, message));
    }

    public ImageProblem problem() {
        return problem;
    }
}
