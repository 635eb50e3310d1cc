package dev.meridian.agent;

import dev.meridian.domain.image.Cidr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How an agent is told where it is.
 *
 * @param nodeName the Kubernetes node it serves
 * @param libvirtUri the node's own libvirt
 * @param stateDirectory on the host: serial consoles are logged and files of machines made below it
 * @param runDirectory on the host: holds the lock that keeps a second agent off the node
 * @param kubeletRoot kubelet's root directory on the host, where it mounts what reservation pods name
 * @param clusterNetworks of services, pods and nodes: no image comes from there unless a policy opens it
 * @param migration where other nodes reach this one; no machine comes to it as it runs without
 * @param resync how often every machine is looked at without a hint
 */
public record AgentOptions(
        String nodeName,
        String libvirtUri,
        Path stateDirectory,
        Path runDirectory,
        Path kubeletRoot,
        List<Cidr> clusterNetworks,
        Optional<MigrationUris> migration,
        Duration resync) {}
