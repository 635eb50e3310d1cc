package dev.meridian.e2e;

import java.nio.file.Path;
import java.util.List;

/** Claims in a test's namespace, whose volumes are made by hand on one node. */
final class Claims implements AutoCloseable {
    private final Machines machines;
    private final Testbed.Node node;

    Claims(Machines machines, Testbed.Node node) {
        this.machines = machines;
        this.node = node;
        machines.createFrom("""
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata:
                  name: %s
                  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
                provisioner: kubernetes.io/no-provisioner
                volumeBindingMode: WaitForFirstConsumer
                """.formatted(machines.namespace));
    }

    void volume(String name, String size, String source, String mode) {
        machines.createFrom("""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %2$s-%1$s, labels: {test: %1$s}}
                spec:
                  storageClassName: %1$s
                  capacity: {storage: %3$s}
                  volumeMode: %4$s
                  accessModes: [ReadWriteOnce]
                  persistentVolumeReclaimPolicy: Retain
                  claimRef: {namespace: %1$s, name: %2$s}
                  %5$s
                  nodeAffinity:
                    required:
                      nodeSelectorTerms:
                      - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%6$s]}]
                """.formatted(machines.namespace, name, size, mode, source, node.name()));
    }

    void claim(String name, String size, String mode) {
        machines.createFrom("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: %2$s, namespace: %1$s}
                spec:
                  storageClassName: %1$s
                  volumeMode: %4$s
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: %3$s}}
                """.formatted(machines.namespace, name, size, mode));
    }

    void directory(String name) {
        Testbed.run(List.of("mkdir", "-p", outside(name).toString())).orFail();
    }

    /** A path as the node sees it. */
    String inside(String path) {
        return "/var/lib/meridian/" + machines.namespace + "/" + path;
    }

    /** The same, as this machine does. */
    Path outside(String path) {
        return Path.of(node.stateDirectory(), machines.namespace, path);
    }

    /** Once no machine has them. */
    @Override
    public void close() {
        machines.testbed
                .kubectl("delete", "persistentvolume", "-l", "test=" + machines.namespace)
                .orFail();
        machines.testbed.kubectl("delete", "storageclass", machines.namespace).orFail();
        Testbed.run(List.of("rm", "-rf", outside("").toString())).orFail();
    }
}
