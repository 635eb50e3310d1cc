package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// prepare lays out what a node keeps: configuration, identity, images. Done once, before its first boot.
func (n *node) prepare() error {
	uuid, err := os.ReadFile("/proc/sys/kernel/random/uuid")
	if err != nil {
		return err
	}
	hostUUID := strings.TrimSpace(string(uuid))
	if err := n.copyLibvirtConfiguration(); err != nil {
		return err
	}
	for name, content := range map[string]string{
		"host-uuid":  hostUUID + "\n",
		"machine-id": strings.ReplaceAll(hostUUID, "-", "") + "\n",
		"hosts":      n.hosts(),
		"boot_id":    "",
		// Nodes reach each other by TLS. By TCP, without authentication, this machine reaches them, to see what they do:
		// the test network has no other way in.
		"libvirt/etc/libvirtd.conf": fmt.Sprintf(`listen_tls = 1
listen_tcp = 1
auth_tcp = "none"
auth_unix_rw = "none"
min_workers = 20
host_uuid = "%s"
`, hostUUID),
		// No cgroup delegation, no SELinux and no AppArmor on build machines.
		"libvirt/etc/qemu.conf": `user = "root"
group = "root"
swtpm_user = "root"
swtpm_group = "root"
security_driver = "none"
cgroup_controllers = []
namespaces = []
remember_owner = 0
default_tls_x509_verify = 1
`,
		"libvirt/etc/qemu/networks/default.xml": defaultNetwork,
		"containerd.toml":                       fmt.Sprintf(containerdConfiguration, n.path("certs.d")),
		"cni/conf/10-pods.conflist":             fmt.Sprintf(cniConfiguration, n.podRange()),
		"kubelet.yaml":                          n.kubeletConfiguration(),
	} {
		path := n.path(name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return err
		}
	}
	autostart := n.path("libvirt/etc/qemu/networks/autostart")
	for _, directory := range []string{autostart, n.path("libvirt/log/qemu"), n.path("libvirt/lib/images")} {
		if err := os.MkdirAll(directory, 0o755); err != nil {
			return err
		}
	}
	if err := relink("/etc/libvirt/qemu/networks/default.xml", filepath.Join(autostart, "default.xml")); err != nil {
		return err
	}
	return errors.Join(n.trustRegistry(), n.placeGuestImages())
}

// Of the machine's own configuration only what the packages brought, not what somebody defined: network filters.
func (n *node) copyLibvirtConfiguration() error {
	if err := os.MkdirAll(n.path("libvirt/etc"), 0o755); err != nil {
		return err
	}
	filters := "/etc/libvirt/nwfilter"
	if _, err := os.Stat(filters); err != nil {
		return nil
	}
	return os.CopyFS(n.path("libvirt/etc/nwfilter"), os.DirFS(filters))
}

func (n *node) hosts() string {
	var b strings.Builder
	fmt.Fprintln(&b, "127.0.0.1 localhost")
	for _, other := range n.bed.nodes(maxNodes) {
		fmt.Fprintf(&b, "%s %s\n", other.address(), other.name())
	}
	return b.String()
}

const defaultNetwork = `<network>
  <name>default</name>
  <bridge name='virbr0'/>
  <forward/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='192.168.122.2' end='192.168.122.254'/>
    </dhcp>
  </ip>
</network>
`

// restrict_oom_score_adj: build machines lack CAP_SYS_RESOURCE, and every sandbox would fail without it.
const containerdConfiguration = `version = 2
[plugins."io.containerd.grpc.v1.cri"]
restrict_oom_score_adj = true
sandbox_image = "docker.io/` + reservationImage + `"
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = %q
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "/etc/cni/net.d"
`

const cniConfiguration = `{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipam": {
    "type": "host-local", "ranges": [[{"subnet": "%s"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}
]}
`

// The lease is short to go with the controller manager's short grace period. The disk is the machine's:
// how full it is, is not a test's subject. Changed Secrets reach mounted volumes sooner than by default.
func (n *node) kubeletConfiguration() string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupRoot: /%s/%s
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
failSwapOn: false
authentication: {x509: {clientCAFile: %s}, anonymous: {enabled: false}, webhook: {enabled: true}}
authorization: {mode: Webhook}
clusterDNS: [10.0.0.10]
clusterDomain: cluster.local
resolvConf: ""
volumePluginDir: /var/lib/kubelet/volume-plugins
nodeLeaseDurationSeconds: 16
maxPods: 200
syncFrequency: 10s
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, imagefs.available: 1%%}
%s`, cgroupName, n.name(), n.bed.path("pki", "ca.crt"), n.cpuManager())
}

// The second node gives pods of whole CPUs CPUs of their own, all but the first. The other leaves all to all, as most do.
// However little is reserved, it is a CPU that is given to nobody.
func (n *node) cpuManager() string {
	if n.number != 2 {
		return ""
	}
	return "cpuManagerPolicy: static\nkubeReserved: {cpu: 1m}\n"
}
