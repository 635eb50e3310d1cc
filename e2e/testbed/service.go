package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A service is a daemon inside of a node. It dies with the node, so nothing about it outlives the node's PID 1.
type service struct {
	environment []string
	arguments   []string
	answers     func() error
}

func (n *node) service(name string) (service, error) {
	switch name {
	case "virtlogd":
		return service{arguments: []string{"/usr/sbin/virtlogd"},
			answers: n.unixSocketAnswers("/run/libvirt/virtlogd-sock")}, nil
	case "libvirtd":
		// TZ: an RTC "in localtime" must not depend on where the build machine stands.
		return service{environment: append(n.clockEnvironment(), "TZ="+n.zone()),
			arguments: []string{"/usr/sbin/libvirtd", "--listen"},
			answers:   n.libvirtAnswers}, nil
	case "containerd":
		return service{arguments: []string{"/usr/bin/containerd", "--config", n.path("containerd.toml")},
			answers: n.unixSocketAnswers("/run/containerd/containerd.sock")}, nil
	case "kubelet":
		return service{arguments: []string{n.bed.binary("kubelet"), "--config=" + n.path("kubelet.yaml"),
			"--kubeconfig=" + n.bed.kubeconfig(n.name()), "--hostname-override=" + n.name(),
			"--node-ip=" + n.address(), "--v=2"}}, nil
	case "kube-proxy":
		return service{arguments: []string{n.bed.binary("kube-proxy"), "--kubeconfig=" + n.bed.kubeconfig("proxy"),
			"--hostname-override=" + n.name(), "--cluster-cidr=" + podCIDR, "--proxy-mode=iptables",
			"--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0",
			"--conntrack-tcp-timeout-close-wait=0"}}, nil
	case "agent":
		return n.agentService()
	}
	return service{}, fmt.Errorf("no service named %q", name)
}

// startService starts a service that does not run, and waits until it answers.
func (n *node) startService(name string, extra []string) error {
	if n.servicePID(name) != 0 {
		return nil
	}
	s, err := n.service(name)
	if err != nil {
		return err
	}
	initPID := n.initPID()
	if initPID == 0 {
		return fmt.Errorf("%s has no power: testbed node boot %s", n.name(), n.name())
	}
	log, err := openLog(n.log(name))
	if err != nil {
		return err
	}
	defer log.Close()
	// setsid forks and ends: the service becomes a child of the node's PID 1, whatever happens to this program.
	pidFile := "/run/testbed/" + name
	args := append(n.enter(initPID), "setsid", "--fork", "sh", "-c", `echo $$ > "$0"; exec "$@"`, pidFile)
	cmd := exec.Command("nsenter", append(append(args, s.arguments...), extra...)...)
	cmd.Env = append(os.Environ(), s.environment...)
	cmd.Stdout, cmd.Stderr = log, log
	_ = os.Remove(n.inside(pidFile))
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s on %s: %w: see %s", name, n.name(), err, n.log(name))
	}
	if err := await(5*time.Second, name+" on "+n.name(), func() error {
		// The shell makes the file before it writes its number there.
		if content, err := os.ReadFile(n.inside(pidFile)); err != nil || len(content) == 0 {
			return errors.Join(errors.New("it has not begun"), err)
		}
		return nil
	}); err != nil {
		return err
	}
	if s.answers == nil {
		return nil
	}
	var ended error
	err = await(60*time.Second, name+" on "+n.name()+" to answer", func() error {
		if n.servicePID(name) == 0 {
			ended = fmt.Errorf("%s on %s ended:\n%s", name, n.name(), tail(n.log(name), 15))
			return nil
		}
		return s.answers()
	})
	return errors.Join(err, ended)
}

// enter is the arguments that let nsenter into all of the node's namespaces.
func (n *node) enter(initPID int) []string {
	return []string{"--target", strconv.Itoa(initPID), "--mount", "--uts", "--ipc", "--net", "--pid", "--wd=/"}
}

// inside is a path of the node as seen from outside.
func (n *node) inside(path string) string {
	return filepath.Join("/proc", strconv.Itoa(n.initPID()), "root", path)
}

// servicePID is the machine's number of the service's process, 0 if it does not run.
func (n *node) servicePID(name string) int {
	if name == "init" {
		return n.initPID()
	}
	initPID := n.initPID()
	if initPID == 0 {
		return 0
	}
	content, err := os.ReadFile(n.inside("/run/testbed/" + name))
	if err != nil {
		return 0
	}
	return outerPID(initPID, strings.TrimSpace(string(content)))
}

// outerPID finds the process that has the given number in the PID namespace of a node.
func outerPID(initPID int, inner string) int {
	namespace, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", initPID))
	if err != nil {
		return 0
	}
	for _, pid := range processIDs() {
		if own, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", pid)); err != nil || own != namespace {
			continue
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil || innermostPID(string(status)) != inner {
			continue
		}
		if stat, ok := readStat(pid); ok && !stat.dead() {
			return pid
		}
	}
	return 0
}

func innermostPID(status string) string {
	for _, line := range strings.Split(status, "\n") {
		if numbers, ok := strings.CutPrefix(line, "NSpid:"); ok {
			fields := strings.Fields(numbers)
			return fields[len(fields)-1]
		}
	}
	return ""
}

func (n *node) endService(name string, s syscall.Signal) error {
	pid := n.servicePID(name)
	if pid == 0 {
		return nil
	}
	stat, _ := readStat(pid)
	return record{Name: name + " on " + n.name(), PID: pid, Start: stat.start}.end(s)
}

func (n *node) unixSocketAnswers(path string) func() error {
	return func() error {
		connection, err := net.Dial("unix", n.inside(path))
		if err != nil {
			return err
		}
		return connection.Close()
	}
}

func (n *node) libvirtAnswers() error {
	connection, err := n.openLibvirt()
	if err != nil {
		return err
	}
	return connection.Disconnect()
}

// runService is `testbed SERVICE start|stop|kill NODE [-- ARG..]`.
func runService(name string) func(*testbed, []string) error {
	return func(t *testbed, args []string) error {
		args, extra := splitExtra(args)
		if len(args) != 2 {
			return fmt.Errorf("want %s start|stop|kill NODE", name)
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
		f, err := t.readFacts()
		if err != nil {
			return err
		}
		if name == "agent" && f.Pods {
			return runAgentPod(n, args[0], extra)
		}
		switch args[0] {
		case "start":
			if name == "agent" {
				return startAgent(n, extra)
			}
			return n.startService(name, extra)
		case "stop":
			return n.endService(name, syscall.SIGTERM)
		case "kill":
			return n.endService(name, syscall.SIGKILL)
		}
		return fmt.Errorf("want start, stop or kill, not %q", args[0])
	}
}

func runPID(t *testbed, args []string) error {
	if len(args) != 1 && len(args) != 2 {
		return errors.New("want pid SERVICE [NODE]")
	}
	f, err := t.readFacts()
	if err != nil {
		return err
	}
	var pid int
	if f.Pods && (args[0] == "agent" || args[0] == "controller") {
		return fmt.Errorf("pid %s: %w", args[0], errNeedsProcesses)
	}
	if len(args) == 1 {
		pid = runningPID(hostProcess(args[0]))
	} else {
		n, err := t.node(args[1])
		if err != nil {
			return err
		}
		pid = n.servicePID(args[0])
	}
	if pid == 0 {
		return fmt.Errorf("%s does not run", strings.Join(args, " on "))
	}
	fmt.Println(pid)
	return nil
}

// A running thing, for the status verb.
type running struct {
	name string
	pid  func() int
}

func hostServices(s shape) []running {
	names := []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "observer"}
	if s.Operator && !s.Pods {
		names = append(names, "controller")
	}
	if s.Pods {
		names = append(names, "registry")
	}
	var all []running
	for _, name := range names {
		all = append(all, running{name, func() int { return runningPID(name) }})
	}
	return all
}

func nodeServices(t *testbed, s shape) []running {
	names := []string{"init", "virtlogd", "libvirtd", "containerd", "kubelet", "kube-proxy"}
	if s.Operator && !s.Pods {
		names = append(names, "agent")
	}
	var all []running
	for _, n := range t.nodes(s.Nodes) {
		for _, name := range names {
			all = append(all, running{n.name() + "/" + name, func() int { return n.servicePID(name) }})
		}
	}
	return all
}

// hostProcess maps the short name that the verbs use to the recorded one.
func hostProcess(name string) string {
	if name == "apiserver" {
		return "kube-apiserver"
	}
	return name
}
