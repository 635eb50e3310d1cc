package main

import (
	"errors"
	"fmt"
	"syscall"
	"time"
)

// runInstall is `install pods|processes`: how the operator runs from now on.
func runInstall(t *testbed, args []string) error {
	if len(args) != 1 {
		return errors.New("want install pods|processes")
	}
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	f, err := t.readFacts()
	if err != nil {
		return err
	}
	nodes := t.nodes(f.Shape.Nodes)
	var ends func() error
	switch args[0] {
	case "pods":
		ends = func() error { return endProcesses(nodes) }
	case "processes":
		ends = func() error { return endPods(t) }
	default:
		return fmt.Errorf("want install pods|processes, not %q", args)
	}
	return step("install "+args[0], func() error {
		if err := ends(); err != nil {
			return err
		}
		if err := t.startOperator(nodes, args[0] == "pods"); err != nil {
			return err
		}
		return t.writeFacts(f.Shape, args[0] == "pods")
	})
}

func endProcesses(nodes []*node) error {
	ends := []func() error{
		func() error { return end("controller", syscall.SIGTERM) }, func() error { return end("standby", syscall.SIGTERM) },
	}
	for _, n := range nodes {
		ends = append(ends, func() error { return n.endService("agent", syscall.SIGTERM) })
	}
	return together(ends...)
}

// startPods has the chart run agents and controllers, with the images that were built last.
func startPods(t *testbed, nodes []*node) error {
	for _, n := range nodes {
		if err := n.mayHaveAgent(true); err != nil {
			return err
		}
	}
	if err := startRegistry(t); err != nil {
		return err
	}
	if err := pushImages(t); err != nil {
		return err
	}
	if err := installChart(t, true); err != nil {
		return err
	}
	return t.mintTokens(nodes)
}

// mintTokens is for tests that act as an agent or the controller: a pod keeps its own to itself.
func (t *testbed) mintTokens(nodes []*node) error {
	if err := t.mintToken(t.kubeconfig("controller"), "meridian-controller"); err != nil {
		return err
	}
	for _, n := range nodes {
		if err := n.mintAgentToken(); err != nil {
			return err
		}
	}
	return nil
}

// endPods waits until they are gone: an agent that starts as a process meanwhile would find its node locked.
func endPods(t *testbed) error {
	if err := installChart(t, false); err != nil {
		return err
	}
	return await(60*time.Second, "the operator's pods to be gone", func() error {
		pods, err := t.kubectl("--namespace="+systemNS, "get", "pods", "--selector=app.kubernetes.io/name=meridian", "--output=name")
		if err == nil && pods != "" {
			err = errors.New(pods)
		}
		return err
	})
}
