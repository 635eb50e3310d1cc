package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// runDump prints what a person needs who looks at a failure. It goes on over everything that does not answer.
func runDump(t *testbed, _ []string) error {
	f, err := t.readFacts()
	if err != nil {
		return err
	}
	show := func(title string, cmd *exec.Cmd) {
		cmd.WaitDelay = time.Second
		timer := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
		content, err := cmd.CombinedOutput()
		fmt.Printf("======== %s\n%s", title, content)
		if err != nil {
			fmt.Printf("(%v)\n", err)
		}
	}
	for _, kind := range []string{"virtualmachines", "virtualmachineclasses", "virtualmachineimages", "virtualmachinenetworks", "virtualmachinemigrations", "hypervisors", "hypervisorpolicies", "nodes", "leases", "pods"} {
		show("kubectl get "+kind, t.kubectlCommand("get", kind, "-A", "-o", "wide"))
	}
	show("events", t.kubectlCommand("get", "events.events.k8s.io", "-A", "--sort-by=.metadata.creationTimestamp"))
	for _, kind := range []string{"virtualmachines", "virtualmachineclasses", "virtualmachineimages", "virtualmachinenetworks", "virtualmachinemigrations", "hypervisors", "hypervisorpolicies", "pods"} {
		show(kind, t.kubectlCommand("get", kind, "-A", "-o", "yaml"))
	}
	for _, component := range []string{"agent", "controller"} {
		if f.Pods {
			show(component+"s' pods", t.kubectlCommand("--namespace="+systemNS, "logs", "--prefix", "--tail=60",
				"--selector=app.kubernetes.io/component="+component))
		}
	}
	for _, n := range t.nodes(f.Shape.Nodes) {
		show(n.name()+": domains", exec.Command("virsh", "-c", n.uri(), "list", "--all"))
		show(n.name()+": domain XML", exec.Command("sh", "-c", `virsh -c "$0" list --all --uuid | while read -r uuid; do
			[ -z "$uuid" ] || virsh -c "$0" dumpxml "$uuid"; done`, n.uri()))
	}
	logs, _ := filepath.Glob(t.path("logs", "*.log"))
	nodeLogs, _ := filepath.Glob(t.path("nodes", "*", "logs", "*.log"))
	machineLogs, _ := filepath.Glob(t.path("nodes", "*", "libvirt", "log", "qemu", "*.log"))
	for _, path := range append(append(logs, nodeLogs...), machineLogs...) {
		fmt.Printf("======== %s\n%s\n", path, tail(path, 60))
	}
	fmt.Println("======== observer")
	content, _ := os.ReadFile(t.path("observer-violations.jsonl"))
	fmt.Printf("violations:\n%s\nlast observations:\n%s\n", content, tail(t.path("observer.jsonl"), 40))
	return nil
}
