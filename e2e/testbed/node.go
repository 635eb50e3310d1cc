package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

//go:embed node-init.sh
var nodeInit string

// A node is a set of namespaces, with the directories that it keeps over a power failure.
type node struct {
	bed    *testbed
	number int
}

func (n *node) name() string      { return fmt.Sprintf("node-%d", n.number) }
func (n *node) address() string   { return fmt.Sprintf("10.77.0.%d", 10+n.number) }
func (n *node) podRange() string  { return fmt.Sprintf("10.88.%d.0/24", n.number) }
func (n *node) uri() string       { return "qemu+tcp://" + n.address() + "/system" }
func (n *node) namespace() string { return "meridian-" + n.name() }
func (n *node) link() string      { return fmt.Sprintf("br77-%d", n.number) }

// hardware is the address of the node's network card, the same after a power failure: the machine would otherwise
// send to the lost one for a while, and a connection that is tried then is tried again after half a minute.
func (n *node) hardware() string { return fmt.Sprintf("02:77:00:00:00:%02x", n.number) }

func (n *node) path(parts ...string) string {
	return n.bed.path(append([]string{"nodes", n.name()}, parts...)...)
}

func (n *node) log(service string) string { return n.path("logs", service+".log") }

func (n *node) hostUUID() string {
	content, _ := os.ReadFile(n.path("host-uuid"))
	return strings.TrimSpace(string(content))
}

// initPID is the machine's number of the node's PID 1, 0 when the node has no power.
func (n *node) initPID() int { return runningPID(n.name()) }

// powerOn makes the node's network and namespaces and starts what needs no API server.
func (n *node) powerOn() error {
	if err := errors.Join(n.connect(), n.makeCgroups()); err != nil {
		return err
	}
	if err := n.startInit(); err != nil {
		return err
	}
	if err := n.coverEmulator(); err != nil {
		return err
	}
	return together(n.startLibvirt, func() error {
		return errors.Join(n.startService("containerd", nil), n.importImages())
	})
}

// join starts what makes a Kubernetes node of it.
func (n *node) join() error {
	return errors.Join(n.startService("kubelet", nil), n.startService("kube-proxy", nil))
}

func (n *node) startLibvirt() error {
	return errors.Join(n.startService("virtlogd", nil), n.startService("libvirtd", nil))
}

// powerOff is a power failure: every process of the node dies at once, guests included.
func (n *node) powerOff() error {
	if err := end(n.name(), syscall.SIGKILL); err != nil {
		return err
	}
	// A real one's groups are gone with its memory. kubelet would look three seconds for each container of before.
	return errors.Join(n.disconnect(), await(10*time.Second, n.name()+"'s processes to be gone", func() error {
		return removeCgroups(filepath.Join(cgroupName, n.name()))
	}))
}

func (n *node) startInit() error {
	reader, writer, err := os.Pipe()
	if err != nil {
		return err
	}
	defer reader.Close()
	cmd := exec.Command("nsenter", "--net=/run/netns/"+n.namespace(), "sh", "-c", nodeInit)
	cmd.Env = append(os.Environ(), "NODE="+n.name(), "DIRECTORY="+n.path())
	cmd.ExtraFiles = []*os.File{writer}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWUTS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC,
	}
	err = launch(n.name(), cmd, n.log("init"))
	writer.Close()
	if err != nil {
		return err
	}
	said, err := io.ReadAll(reader)
	if err != nil || strings.TrimSpace(string(said)) != "ready" {
		return fmt.Errorf("%s did not boot: %s%s", n.name(), said, tail(n.log("init"), 10))
	}
	return nil
}

// connect joins the node to the bridge by a veth pair and tells it the way to the other nodes' pods.
func (n *node) connect() error {
	if err := n.disconnect(); err != nil {
		return err
	}
	if err := run("ip", "netns", "add", n.namespace()); err != nil {
		return err
	}
	if err := ipBatch("",
		fmt.Sprintf("link add %s type veth peer name eth0 address %s netns %s", n.link(), n.hardware(),
			n.namespace()),
		fmt.Sprintf("link set %s master %s up", n.link(), bridge),
		fmt.Sprintf("route replace %s via %s", n.podRange(), n.address())); err != nil {
		return err
	}
	inside := []string{
		"link set lo up", "link set eth0 up",
		"addr add " + n.address() + "/24 dev eth0", "route add default via " + bridgeAddress,
	}
	for _, other := range n.bed.nodes(maxNodes) {
		if other.number != n.number {
			inside = append(inside, "route add "+other.podRange()+" via "+other.address())
		}
	}
	// The latter as docs/migration.md asks for it. A kernel without modules has it built in; one with them only once it is loaded.
	return errors.Join(ipBatch(n.namespace(), inside...),
		run("ip", "netns", "exec", n.namespace(), "sh", "-c", "modprobe -q nf_conntrack;"+
			" sysctl -qw net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_tcp_be_liberal=1"))
}

// ipBatch runs ip commands, in a network namespace if one is named.
func ipBatch(namespace string, commands ...string) error {
	args := []string{"-batch", "-"}
	if namespace != "" {
		args = append([]string{"-netns", namespace}, args...)
	}
	cmd := exec.Command("ip", args...)
	cmd.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	_, err := output(cmd)
	return err
}

func (n *node) disconnect() error {
	if _, err := os.Stat("/run/netns/" + n.namespace()); err == nil {
		if err := run("ip", "netns", "del", n.namespace()); err != nil {
			return err
		}
	}
	// The kernel takes the pair away with the namespace, but in its own time.
	if _, err := os.Stat("/sys/class/net/" + n.link()); err == nil {
		_ = run("ip", "link", "del", n.link())
	}
	return nil
}

// makeCgroups makes the node's own root in every hierarchy: kubelets on one root would remove each other's pods.
func (n *node) makeCgroups() error {
	hierarchies, _ := filepath.Glob("/sys/fs/cgroup/*")
	for _, hierarchy := range hierarchies {
		if info, err := os.Lstat(hierarchy); err != nil || !info.IsDir() {
			continue
		}
		if err := os.MkdirAll(filepath.Join(hierarchy, cgroupName, n.name()), 0o755); err != nil {
			return err
		}
	}
	const cpuset = "/sys/fs/cgroup/cpuset"
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		value, err := os.ReadFile(filepath.Join(cpuset, file))
		if err != nil {
			return err
		}
		for _, group := range []string{cgroupName, filepath.Join(cgroupName, n.name())} {
			if err := os.WriteFile(filepath.Join(cpuset, group, file), value, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// awaitReady waits until the cluster sees the node as Ready since this boot.
func (n *node) awaitReady(client *api) error {
	bootID, err := os.ReadFile(n.path("boot_id"))
	if err != nil {
		return err
	}
	return await(60*time.Second, n.name()+" to be Ready", func() error {
		var seen struct {
			object
			Status struct {
				NodeInfo struct {
					BootID string `json:"bootID"`
				} `json:"nodeInfo"`
			} `json:"status"`
		}
		var o object
		path := "/api/v1/nodes/" + n.name()
		if err := errors.Join(client.get(path, &o), client.get(path, &seen)); err != nil {
			return err
		}
		if seen.Status.NodeInfo.BootID != strings.TrimSpace(string(bootID)) {
			return errors.New("the cluster still sees the boot before this one")
		}
		return o.awaitCondition("Ready")
	})
}

func runNode(t *testbed, args []string) error {
	if len(args) < 2 {
		return errors.New("want " + nodeFaultUsage)
	}
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	n, err := t.node(args[1])
	if err != nil {
		return err
	}
	switch fault := nodeFaults[args[0]]; {
	case fault != nil:
		return fault(n, args[2:])
	case args[0] == "power-off" && len(args) == 2:
		return n.powerOff()
	case args[0] == "boot" && len(args) == 2:
		return n.boot()
	}
	return fmt.Errorf("want %s, not %q", nodeFaultUsage, args)
}

// boot is also for a node that has power already: then nothing happens.
func (n *node) boot() error {
	if n.initPID() != 0 {
		return nil
	}
	facts, err := n.bed.readFacts()
	if err != nil {
		return err
	}
	if err := errors.Join(n.powerOn(), n.join()); err != nil {
		return err
	}
	client, err := n.bed.api()
	if err != nil {
		return err
	}
	if err := n.awaitReady(client); err != nil || !facts.Shape.Operator {
		return err
	}
	if facts.Pods {
		return n.bootAgentPod()
	}
	return startAgent(n, nil)
}
