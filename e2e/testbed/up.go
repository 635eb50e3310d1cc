package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"
)

func runUp(t *testbed, args []string) error {
	wanted, err := parseShape(args)
	if err != nil {
		return err
	}
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	if t.isUp(wanted) {
		return t.printUsage()
	}
	if err := t.up(wanted); err != nil {
		return fmt.Errorf("%w\n(what there is stays for you to look at: 'make down' ends it; logs in %s)", err, t.path("logs"))
	}
	return t.printUsage()
}

func parseShape(args []string) (shape, error) {
	flags := flag.NewFlagSet("up", flag.ContinueOnError)
	nodes := flags.Int("nodes", 1, "how many nodes")
	without := flags.Bool("without-operator", false, "only the cluster and its libvirts")
	pods := flags.Bool("pods", false, "the operator as the chart runs it")
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return shape{}, fmt.Errorf("want [--nodes N] [--pods|--without-operator], not %q", args)
	}
	if *pods && *without {
		return shape{}, errors.New("--pods and --without-operator: want one of them at most")
	}
	if *nodes < 0 || *nodes > maxNodes {
		return shape{}, fmt.Errorf("--nodes %d: want 0 to %d", *nodes, maxNodes)
	}
	return shape{
		Nodes: *nodes, Operator: !*without, Pods: *pods,
		AgentArgs: words("MERIDIAN_AGENT_ARGS"), ControllerArgs: words("MERIDIAN_CONTROLLER_ARGS"),
		AgentJVM: os.Getenv("MERIDIAN_AGENT_JVM_ARGS"), ControllerJVM: os.Getenv("MERIDIAN_CONTROLLER_JVM_ARGS"),
	}, nil
}

func words(variable string) []string {
	return append([]string{}, strings.Fields(os.Getenv(variable))...)
}

// isUp is true if a testbed of this shape is up and nothing of it has ended.
func (t *testbed) isUp(wanted shape) bool {
	f, err := t.readFacts()
	if err != nil || !reflect.DeepEqual(f.Shape, wanted) || f.Pods != wanted.Pods {
		return false
	}
	for _, what := range append(hostServices(wanted), nodeServices(t, wanted)...) {
		if what.pid() == 0 {
			return false
		}
	}
	return true
}

func (t *testbed) up(s shape) error {
	if err := checkTools(s.Operator); err != nil {
		return err
	}
	if err := checkBuilt(t, s); err != nil {
		return err
	}
	start, nodes := time.Now(), t.nodes(s.Nodes)
	fmt.Printf("testbed: %d node(s)\n", s.Nodes)
	for _, one := range []struct {
		what string
		do   func() error
	}{
		{"clear what an earlier run left", func() error { return t.begin(s) }},
		{"packages", func() error { return installPackages(t, packages) }},
		{"binaries, images and certificates", func() error {
			return together(func() error { return buildControlPlane(t) }, func() error { return installHelm(t) },
				func() error { return buildGuest(t) },
				func() error { return buildReservationImage(t) }, func() error { return createPKI(t, nodes) })
		}},
		{"API server, and the nodes' libvirt and containerd", func() error { return t.startMachines(nodes) }},
		{"controllers, kubelets and the product's manifests", func() error { return t.startCluster(nodes, s) }},
		{"nodes Ready, pods accepted", func() error { return t.awaitNodes(nodes) }},
		{"observer", func() error { return startObserver(t) }},
	} {
		if err := step(one.what, one.do); err != nil {
			return err
		}
	}
	if s.Operator {
		if err := step("controller and agents", func() error { return t.startOperator(nodes, s.Pods) }); err != nil {
			return err
		}
	}
	if err := t.writeFacts(s, s.Pods); err != nil {
		return err
	}
	fmt.Printf("  %5.1f s  in all\n", time.Since(start).Seconds())
	return nil
}

// begin clears the machine and notes where this testbed's directory is, for the next run to clear.
func (t *testbed) begin(s shape) error {
	if err := errors.Join(sweep(t), clearLogs(t), os.MkdirAll(t.path("logs"), 0o755)); err != nil {
		return err
	}
	if err := setHugePages(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(runtimeDirectory, "directory"), []byte(t.directory), 0o644); err != nil {
		return err
	}
	content, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(t.path("shape.json"), content, 0o644)
}

// readShape is what up was asked for, known before the testbed is up.
func (t *testbed) readShape() (shape, error) {
	var s shape
	content, err := os.ReadFile(t.path("shape.json"))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(content, &s)
}

func (t *testbed) startMachines(nodes []*node) error {
	if err := ipBatch("", "link add "+bridge+" type bridge", "addr add "+bridgeAddress+"/24 dev "+bridge,
		"link set "+bridge+" up"); err != nil {
		return err
	}
	starts := []func() error{func() error {
		if err := startEtcd(t); err != nil {
			return err
		}
		return startAPIServer(t)
	}}
	for _, n := range nodes {
		starts = append(starts, func() error {
			if err := n.prepare(); err != nil {
				return err
			}
			return n.powerOn()
		})
	}
	return together(starts...)
}

func (t *testbed) startCluster(nodes []*node, s shape) error {
	starts := []func() error{
		func() error { return startControllerManager(t, len(nodes)) },
		func() error { return startScheduler(t, len(nodes)) },
		func() error { return installProduct(t) },
	}
	for _, n := range nodes {
		starts = append(starts, n.join)
	}
	return together(starts...)
}

func (t *testbed) awaitNodes(nodes []*node) error {
	client, err := t.api()
	if err != nil {
		return err
	}
	waits := []func() error{func() error {
		// Without it the first pod would be refused.
		return await(30*time.Second, "the default ServiceAccount", func() error {
			return client.get("/api/v1/namespaces/default/serviceaccounts/default", nil)
		})
	}}
	for _, n := range nodes {
		waits = append(waits, func() error { return n.awaitReady(client) })
	}
	return together(waits...)
}

func (t *testbed) startOperator(nodes []*node, pods bool) error {
	if pods {
		if err := startPods(t, nodes); err != nil {
			return err
		}
		return awaitOperator(t, nodes, true)
	}
	starts := []func() error{func() error { return startController(t, "controller", nil) }}
	for _, n := range nodes {
		starts = append(starts, func() error { return startAgent(n, nil) })
	}
	if err := together(starts...); err != nil {
		return err
	}
	return awaitOperator(t, nodes, false)
}
