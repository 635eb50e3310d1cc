package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// facts is testbed.json: all that a test may want to know. Process ids change: ask `testbed pid`.
type facts struct {
	Shape      shape       `json:"shape"`
	Pods       bool        `json:"pods"` // how the operator runs now; the shape says how by default
	Repository string      `json:"repository"`
	Directory  string      `json:"directory"`
	Command    string      `json:"command"`
	Kubectl    string      `json:"kubectl"`
	Kubeconfig string      `json:"kubeconfig"`
	APIServer  string      `json:"apiServer"`
	Namespace  string      `json:"namespace"`
	Nodes      []nodeFacts `json:"nodes"`

	Guest        guestFacts        `json:"guest"`
	Distribution distributionFacts `json:"distribution"`

	AuditLog             string `json:"auditLog"`
	ObserverLog          string `json:"observerLog"`
	ViolationsLog        string `json:"violationsLog"`
	Logs                 string `json:"logs"`
	ControllerLog        string `json:"controllerLog"`
	ControllerKubeconfig string `json:"controllerKubeconfig"`
}

type nodeFacts struct {
	Name            string `json:"name"`
	Address         string `json:"address"`
	URI             string `json:"uri"`
	HostUUID        string `json:"hostUuid"`
	Directory       string `json:"directory"`
	StateDirectory  string `json:"stateDirectory"`
	Namespace       string `json:"namespace"`
	Logs            string `json:"logs"`
	AgentLog        string `json:"agentLog"`
	AgentKubeconfig string `json:"agentKubeconfig"`
	Metrics         string `json:"metrics"`
}

// guestFacts are the paths of the small guest as the nodes see them.
type guestFacts struct {
	Kernel         string `json:"kernel"`
	Initramfs      string `json:"initramfs"`
	AgentInitramfs string `json:"agentInitramfs"`
	Arguments      string `json:"arguments"`
	ReadyLine      string `json:"readyLine"`
}

// distributionFacts are the paths of the distribution guest on nodes that have a disk of it.
type distributionFacts struct {
	Kernel    string `json:"kernel"`
	Initrd    string `json:"initrd"`
	Arguments string `json:"arguments"`
}

func (t *testbed) writeFacts(s shape, pods bool) error {
	f := facts{
		Shape: s, Pods: pods, Repository: t.repository, Directory: t.directory, Command: t.commandPath(),
		Kubectl: t.binary("kubectl"), Kubeconfig: t.kubeconfig("admin"), APIServer: apiServerURL, Namespace: systemNS,
		Guest: guestFacts{Kernel: "/var/lib/meridian/images/vmlinuz", Initramfs: "/var/lib/meridian/images/initramfs",
			AgentInitramfs: "/var/lib/meridian/images/agent-initramfs", Arguments: "console=ttyS0", ReadyLine: guestReadyLine},
		Distribution: distributionFacts{Kernel: distributionImages + "/vmlinuz", Initrd: distributionImages + "/initrd",
			Arguments: distributionArguments},
		AuditLog: t.auditLog(), ObserverLog: t.path("observer.jsonl"), ViolationsLog: t.path("observer-violations.jsonl"),
		Logs: t.path("logs"), ControllerLog: t.log("controller"), ControllerKubeconfig: t.kubeconfig("controller"),
	}
	for _, n := range t.nodes(s.Nodes) {
		f.Nodes = append(f.Nodes, nodeFacts{
			Name: n.name(), Address: n.address(), URI: n.uri(), HostUUID: n.hostUUID(), Directory: n.path(),
			StateDirectory: n.path("meridian"), Logs: n.path("logs"), AgentLog: n.log("agent"),
			Namespace:       n.namespace(),
			AgentKubeconfig: n.path("agent.kubeconfig"), Metrics: n.management() + "/metrics",
		})
	}
	content, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(t.path("env"), []byte(t.environment(f)), 0o644); err != nil {
		return err
	}
	return writeWhole(t.path("testbed.json"), append(content, '\n'))
}

// writeWhole replaces a file at once: a reader never sees half of it.
func writeWhole(path string, content []byte) error {
	if err := os.WriteFile(path+".new", content, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func (t *testbed) environment(f facts) string {
	var b strings.Builder
	export := func(name, value string) { fmt.Fprintf(&b, "export %s='%s'\n", name, value) }
	export("KUBECONFIG", f.Kubeconfig)
	export("KUBECACHEDIR", t.path("kubectl-cache"))
	fmt.Fprintf(&b, "export PATH='%s':\"$PATH\"\n", t.path("bin"))
	export("MERIDIAN_TESTBED", t.path("testbed.json"))
	var names []string
	for i, n := range f.Nodes {
		names = append(names, n.Name)
		export(fmt.Sprintf("MERIDIAN_NODE_%d", i+1), n.Name)
		export(fmt.Sprintf("MERIDIAN_NODE_%d_URI", i+1), n.URI)
	}
	export("MERIDIAN_NODES", strings.Join(names, " "))
	return b.String()
}

func (t *testbed) printUsage() error {
	f, err := t.readFacts()
	if err != nil {
		return err
	}
	fmt.Printf("\nThe testbed is up: %d node(s), %s.\n", f.Shape.Nodes,
		map[bool]string{true: "with the operator", false: "without the operator"}[f.Shape.Operator])
	fmt.Printf("  . %s    # KUBECONFIG, PATH with kubectl and testbed, MERIDIAN_NODE_<i>_URI\n", t.path("env"))
	fmt.Printf("  kubectl get nodes\n")
	for _, n := range f.Nodes {
		fmt.Printf("  virsh -c %s list --all    # %s\n", n.URI, n.Name)
	}
	fmt.Printf("  logs: %s\n", f.Logs)
	for _, n := range f.Nodes {
		fmt.Printf("  testbed console %s DOMAIN 'uname -a'; logs: %s\n", n.Name, n.Logs)
	}
	return nil
}

func runStatus(t *testbed, _ []string) error {
	f, err := t.readFacts()
	if err != nil {
		return err
	}
	now := f.Shape
	now.Pods = f.Pods
	for _, what := range append(hostServices(now), nodeServices(t, now)...) {
		state := "not running"
		if pid := what.pid(); pid != 0 {
			state = fmt.Sprintf("running, pid %d", pid)
		}
		fmt.Printf("%-24s %s\n", what.name, state)
	}
	return t.printUsage()
}

func runEnv(t *testbed, _ []string) error {
	content, err := os.ReadFile(t.path("env"))
	if err != nil {
		return fmt.Errorf("%w: run 'make up'", err)
	}
	_, err = os.Stdout.Write(content)
	return err
}
