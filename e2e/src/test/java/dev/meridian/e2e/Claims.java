package dev.meridian.e2e;

import java.nio.file.Path;
import java.util.List;

/** Claims in a test's namespace, whose volumes are made by hand: on one node, or on all. */
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

    /** A volume that any node has, which says that they may all write it. */
    void sharedVolume(String name, String size, Path directory) {
        machines.createFrom("""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %2$s-%1$s, labels: {test: %1$s}}
                spec:
                  storageClassName: %1$s
                  capacity: {storage: %3$s}
                  accessModes: [ReadWriteMany]
                  persistentVolumeReclaimPolicy: Retain
                  claimRef: {namespace: %1$s, name: %2$s}
                  hostPath: {path: %4$s}
                """.formatted(machines.namespace, name, size, directory));
    }

    /** A device that each node has at a path; the access mode is what the volume says of it. */
    void sharedDevice(String name, String size, String path, String access) {
        machines.createFrom("""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %2$s-%1$s, labels: {test: %1$s}}
                spec:
                  storageClassName: %1$s
                  capacity: {storage: %3$s}
                  volumeMode: Block
                  accessModes: [%5$s]
                  persistentVolumeReclaimPolicy: Retain
                  claimRef: {namespace: %1$s, name: %2$s}
                  local: {path: %4$s}
                  nodeAffinity:
                    required:
                      nodeSelectorTerms:
                      - matchExpressions: [{key: kubernetes.io/hostname, operator: Exists}]
                """.formatted(machines.namespace, name, size, path, access));
    }

    /** A directory that all nodes have at the same place, for they are on one machine. */
    Path everywhere(String path) {
        return Path.of("target", "shared", machines.namespace, path).toAbsolutePath();
    }

    void claim(String name, String size, String mode) {
        claim(name, size, mode, "ReadWriteOnce");
    }

    void claim(String name, String size, String mode, String access) {
        machines.createFrom("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: %2$s, namespace: %1$s}
                spec:
                  storageClassName: %1$s
                  volumeMode: %4$s
                  accessModes: [%5$s]
                  resources: {requests: {storage: %3$s}}
                """.formatted(machines.namespace, name, size, mode, access));
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
        return outside(node, path);
    }

    Path outside(Testbed.Node of, String path) {
        return Path.of(of.stateDirectory(), machines.namespace, path);
    }

    /** Once no machine has them. */
    @Override
    public void close() {
        machines.testbed
                .kubectl("delete", "persistentvolume", "-l", "test=" + machines.namespace)
                .orFail();
        machines.testbed.kubectl("delete", "storageclass", machines.namespace).orFail();
        Testbed.run(List.of("rm", "-rf", outside("").toString(), everywhere("").toString()))
                .orFail();
    }
}
