package dev.meridian.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The newest known version of each object: our own writes are known before the informer tells of them. */
final class Latest<T extends HasMetadata> {
    private final ConcurrentMap<String, T> answers = new ConcurrentHashMap<>();

    void remember(T answer) {
        answers.put(answer.getMetadata().getUid(), answer);
    }

    void forget(T object) {
        answers.remove(object.getMetadata().getUid());
    }

    T of(T cached) {
        var answer = answers.get(cached.getMetadata().getUid());
        if (answer == null || version(answer) > version(cached)) {
            return answer == null ? cached : answer;
        }
        forget(cached);
        return cached;
    }

    private static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }
}
