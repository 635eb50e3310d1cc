package dev.meridian.controller;

import dev.meridian.api.v1alpha1.VirtualMachine;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The newest known version of each machine: our own writes are known before the informer tells of them. */
final class Latest {
    private final ConcurrentMap<String, VirtualMachine> answers = new ConcurrentHashMap<>();

    void remember(VirtualMachine answer) {
        answers.put(answer.getMetadata().getUid(), answer);
    }

    void forget(VirtualMachine vm) {
        answers.remove(vm.getMetadata().getUid());
    }

    VirtualMachine of(VirtualMachine cached) {
        var answer = answers.get(cached.getMetadata().getUid());
        if (answer == null || version(answer) > version(cached)) {
            return answer == null ? cached : answer;
        }
        forget(cached);
        return cached;
    }

    private static long version(VirtualMachine vm) {
        return Long.parseLong(vm.getMetadata().getResourceVersion());
    }
}
