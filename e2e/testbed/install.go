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
	switch args[0] {
	case "pods":
		if err := endProcesses(nodes); err != nil {
			return err
		}
		return t.startOperator(nodes, true)
	case "processes":
		if err := endPods(t); err != nil {
			return err
		}
		return t.startOperator(nodes, false)
	}
	return fmt.Errorf("want install pods|processes, not %q", args)
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
func startPods(t *testbed) error {
	if err := startRegistry(t); err != nil {
		return err
	}
	if err := pushImages(t); err != nil {
		return err
	}
	return installChart(t, true)
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
