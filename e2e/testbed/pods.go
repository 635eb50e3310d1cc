package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// agentAway is the label that keeps the DaemonSet's pod away from a node: what the testbed gives the chart says so.
const agentAway = "testbed.meridian.dev/agent-away"

const (
	daemonSet  = "daemonset/meridian-agent"
	deployment = "deployment/meridian-controller"
)

// agentAffinity is the chart's value that agentAway works by.
func agentAffinity() map[string]any {
	return map[string]any{"nodeAffinity": map[string]any{
		"requiredDuringSchedulingIgnoredDuringExecution": map[string]any{
			"nodeSelectorTerms": []any{map[string]any{
				"matchExpressions": []any{map[string]any{"key": agentAway, "operator": "DoesNotExist"}},
			}},
		},
	}}
}

var errNeedsProcesses = errors.New("the chart's pods have no such thing: 'testbed install processes' first")

// runAgentPod is `agent start|stop|kill NODE` where the chart runs it. What ends stays away until it is started: kubelet
// would start a container that ended again at once.
func runAgentPod(n *node, what string, extra []string) error {
	if extra != nil {
		return fmt.Errorf("arguments: %w", errNeedsProcesses)
	}
	switch what {
	case "start":
		if err := n.mayHaveAgent(true); err != nil {
			return err
		}
		return n.awaitAgentPod()
	case "stop":
		return errors.Join(n.mayHaveAgent(false), awaitNoPods(n.bed, "agent", n))
	case "kill":
		return killPods(n.bed, "agent", []*node{n}, func() error { return n.mayHaveAgent(false) })
	}
	return fmt.Errorf("want start, stop or kill, not %q", what)
}

// runControllerPods is `controller start|stop|kill` where the chart runs them: all of them.
func runControllerPods(t *testbed, nodes []*node, what string, extra []string) error {
	if extra != nil {
		return fmt.Errorf("arguments: %w", errNeedsProcesses)
	}
	scale := func(replicas int) func() error {
		return func() error {
			_, err := t.kubectl("--namespace="+systemNS, "scale", deployment, "--replicas="+strconv.Itoa(replicas))
			return err
		}
	}
	switch what {
	case "start":
		if err := scale(controllerPods)(); err != nil {
			return err
		}
		return await(60*time.Second, "a controller's pod to run", func() error {
			if podProcesses("controller", nodes...) == nil {
				return errors.New("there is no such process")
			}
			return nil
		})
	case "stop":
		return errors.Join(scale(0)(), awaitNoPods(t, "controller", nodes...))
	case "kill":
		return killPods(t, "controller", nodes, scale(0))
	}
	return fmt.Errorf("want start, stop or kill, not %q", what)
}

// controllerPods is how many the chart runs.
const controllerPods = 2

func (n *node) mayHaveAgent(may bool) error {
	label := agentAway + "=true"
	if may {
		label = agentAway + "-"
	}
	_, err := n.bed.kubectl("label", "--overwrite", "node", n.name(), label)
	return err
}

func (n *node) awaitAgentPod() error {
	return await(90*time.Second, "the agent's pod to run on "+n.name(), func() error {
		if podProcesses("agent", n) == nil {
			return errors.New("there is no such process")
		}
		return nil
	})
}

// killPods has kubelet see nothing of it until the pods are to go: else it would start their containers again, or end
// them by SIGTERM.
func killPods(t *testbed, component string, nodes []*node, remove func() error) (err error) {
	for _, n := range nodes {
		kubelet := n.servicePID("kubelet")
		if kubelet == 0 {
			continue
		}
		if err := syscall.Kill(kubelet, syscall.SIGSTOP); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, syscall.Kill(kubelet, syscall.SIGCONT)) }()
	}
	for _, pid := range podProcesses(component, nodes...) {
		stat, _ := readStat(pid)
		if err := (record{Name: component, PID: pid, Start: stat.start}).end(syscall.SIGKILL); err != nil {
			return err
		}
	}
	if err := remove(); err != nil {
		return err
	}
	return await(30*time.Second, component+"'s pods to be deleted", func() error {
		pods, err := componentPods(t, component, "{range .items[*]}{.spec.nodeName}/{.metadata.deletionTimestamp} {end}")
		if err != nil {
			return err
		}
		for _, pod := range strings.Fields(pods) {
			node, deleted, _ := strings.Cut(pod, "/")
			for _, n := range nodes {
				if n.name() == node && deleted == "" {
					return errors.New(node + " has one that is not")
				}
			}
		}
		return nil
	})
}

func awaitNoPods(t *testbed, component string, nodes ...*node) error {
	return await(60*time.Second, component+"'s pods to be gone", func() error {
		pods, err := componentPods(t, component, "{.items[*].spec.nodeName}")
		if err != nil {
			return err
		}
		for _, n := range nodes {
			if strings.Contains(" "+pods+" ", " "+n.name()+" ") || podProcesses(component, n) != nil {
				return errors.New(n.name() + " still has one")
			}
		}
		return nil
	})
}

func componentPods(t *testbed, component, path string) (string, error) {
	return t.kubectl("--namespace="+systemNS, "get", "pods", "--output=jsonpath="+path,
		"--selector=app.kubernetes.io/name=meridian,app.kubernetes.io/component="+component)
}

// podProcesses are the machine's numbers of the JVMs in pods on nodes. A pod's processes are in the node's cgroup.
func podProcesses(component string, nodes ...*node) []int {
	var found []int
	for _, pid := range processIDs() {
		command, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
		if err != nil || !bytes.Contains(append(command, 0), []byte("meridian-app.jar\x00"+component+"\x00")) {
			continue
		}
		groups, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cgroup")
		stat, alive := readStat(pid)
		if err != nil || !alive || stat.dead() {
			continue
		}
		for _, n := range nodes {
			if strings.Contains(string(groups), "/"+cgroupName+"/"+n.name()+"/") {
				found = append(found, pid)
			}
		}
	}
	return found
}

// podLogs is what a component's containers said since they were started, of one node if one is named.
func podLogs(t *testbed, component string, on *node) (string, error) {
	pods, err := componentPods(t, component, "{range .items[*]}{.metadata.name}/{.spec.nodeName} {end}")
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, pod := range strings.Fields(pods) {
		name, node, _ := strings.Cut(pod, "/")
		if on != nil && on.name() != node {
			continue
		}
		said, err := t.kubectl("--namespace="+systemNS, "logs", name, "--tail=-1")
		if err != nil {
			return "", err
		}
		all.WriteString(said)
	}
	return all.String(), nil
}

// runLog is `log agent NODE` and `log controller`.
func runLog(t *testbed, args []string) error {
	f, err := t.readFacts()
	if err != nil {
		return err
	}
	var on *node
	var path string
	switch {
	case len(args) == 2 && args[0] == "agent":
		if on, err = t.node(args[1]); err != nil {
			return err
		}
		path = on.log("agent")
	case len(args) == 1 && args[0] == "controller":
		path = t.log("controller")
	default:
		return errors.New("want log agent NODE|controller")
	}
	if !f.Pods {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		_, err = os.Stdout.Write(content)
		return err
	}
	said, err := podLogs(t, args[0], on)
	fmt.Print(said)
	return err
}

// bootAgentPod waits for the pod that the DaemonSet has had on the node before; unless it was told to be away.
func (n *node) bootAgentPod() error {
	client, err := n.bed.api()
	if err != nil {
		return err
	}
	var o object
	if err := client.get("/api/v1/nodes/"+n.name(), &o); err != nil {
		return err
	}
	if _, away := o.Metadata.Labels[agentAway]; away {
		return nil
	}
	return n.awaitAgentPod()
}

// runControllersOfChart is `controller start|stop|kill` for pods, of which none is the standby.
func runControllersOfChart(t *testbed, f *facts, name string, args []string) error {
	args, extra := splitExtra(args)
	if name != "controller" {
		return fmt.Errorf("%s: %w", name, errNeedsProcesses)
	}
	if len(args) != 1 {
		return fmt.Errorf("want start, stop or kill, not %q", args)
	}
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	return runControllerPods(t, t.nodes(f.Shape.Nodes), args[0], extra)
}

// runMetrics is `metrics agent NODE` and `metrics controller`: a pod is at an address of its own, the controller that
// leads is asked.
func runMetrics(t *testbed, args []string) error {
	f, err := t.readFacts()
	if err != nil {
		return err
	}
	switch {
	case len(args) == 2 && args[0] == "agent":
		n, err := t.node(args[1])
		if err != nil {
			return err
		}
		if !f.Pods {
			fmt.Println(n.management() + "/metrics")
			return nil
		}
		pods, err := componentPods(t, "agent", "{range .items[*]}{.spec.nodeName}/{.status.podIP} {end}")
		if err != nil {
			return err
		}
		for _, pod := range strings.Fields(pods) {
			if ip, on := strings.CutPrefix(pod, n.name()+"/"); on && ip != "" {
				fmt.Println("http://" + ip + ":9440/metrics")
				return nil
			}
		}
		return fmt.Errorf("no agent's pod on %s has an address: %q", n.name(), pods)
	case len(args) == 1 && args[0] == "controller":
		if !f.Pods {
			fmt.Println("http://" + controllerAddress("controller") + "/metrics")
			return nil
		}
		pods, err := componentPods(t, "controller", "{.items[*].status.podIP}")
		if err != nil {
			return err
		}
		return printLeader(strings.Fields(pods))
	}
	return errors.New("want metrics agent NODE|controller")
}

// printLeader asks each which it is: the Lease names a process, and not its pod.
func printLeader(addresses []string) error {
	client := &http.Client{Timeout: 5 * time.Second}
	var failures error
	for _, ip := range addresses {
		url := "http://" + ip + ":9441/metrics"
		response, err := client.Get(url)
		if err != nil {
			failures = errors.Join(failures, err)
			continue
		}
		content, err := io.ReadAll(response.Body)
		response.Body.Close()
		if bytes.Contains(content, []byte("\nmeridian_controller_leads 1")) {
			fmt.Println(url)
			return nil
		}
		failures = errors.Join(failures, err)
	}
	return errors.Join(fmt.Errorf("none of %d controllers leads", len(addresses)), failures)
}
