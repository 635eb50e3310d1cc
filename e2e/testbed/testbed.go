package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What the machine has only once: addresses, a bridge, a directory for what must be found by the next run,
// whichever clone of the repository that one is started from.
const (
	bridge           = "br77"
	bridgeAddress    = "10.77.0.254"
	apiServerURL     = "https://" + bridgeAddress + ":6443"
	nodeCIDR         = "10.77.0.0/24"
	podCIDR          = "10.88.0.0/16"
	serviceCIDR      = "10.0.0.0/24"
	runtimeDirectory = "/run/meridian-testbed"
	cgroupName       = "meridian-testbed"
	maxNodes         = 40
)

// Where the product lies in the repository.
const (
	crdFiles       = "crds/generated/*.meridian.dev.yaml"
	deployBase     = "deploy/base"
	operatorBuild  = "operator/app/target/meridian"
	launcher       = "bin/meridian"
	jarDigests     = "jars"
	demoPolicy     = "deploy/samples/node-images-policy.yaml"
	demoManifest   = "deploy/samples/first-machine.yaml"
	systemNS       = "meridian-system"
	agentUser      = "system:serviceaccount:" + systemNS + ":meridian-agent"
	guardUser      = "system:serviceaccount:" + systemNS + ":meridian-guard"
	controllerUser = "system:serviceaccount:" + systemNS + ":meridian-controller"
)

// A testbed is the directories of one clone; whether it is up stands in its facts.
type testbed struct {
	repository string
	directory  string
}

// The shape is what up was asked for: another up with the same shape has nothing to do.
type shape struct {
	Nodes          int      `json:"nodes"`
	Operator       bool     `json:"operator"`
	Pods           bool     `json:"pods"`
	AgentArgs      []string `json:"agentArgs"`
	ControllerArgs []string `json:"controllerArgs"`
	AgentJVM       string   `json:"agentJvmArgs"`
	ControllerJVM  string   `json:"controllerJvmArgs"`
}

// locate finds the repository by MERIDIAN_REPOSITORY, else upwards of the working directory, else of the program.
func locate() (*testbed, error) {
	var starts []string
	if given := os.Getenv("MERIDIAN_REPOSITORY"); given != "" {
		starts = append(starts, given)
	} else {
		working, _ := os.Getwd()
		program, _ := os.Executable()
		starts = append(starts, working, filepath.Dir(program))
	}
	for _, start := range starts {
		for dir := start; ; dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "e2e/testbed/go.mod")); err == nil {
				return &testbed{repository: dir, directory: filepath.Join(dir, "e2e/target/testbed")}, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return nil, fmt.Errorf("no Meridian repository at or above %s: change into it, or set MERIDIAN_REPOSITORY",
		strings.Join(starts, " or "))
}

func (t *testbed) path(parts ...string) string {
	return filepath.Join(append([]string{t.directory}, parts...)...)
}

func (t *testbed) source(parts ...string) string {
	return filepath.Join(append([]string{t.repository}, parts...)...)
}

func (t *testbed) binary(name string) string     { return t.path("bin", name) }
func (t *testbed) log(name string) string        { return t.path("logs", name+".log") }
func (t *testbed) kubeconfig(name string) string { return t.path("pki", name+".kubeconfig") }
func (t *testbed) auditLog() string              { return t.path("audit.log") }

func (t *testbed) nodes(count int) []*node {
	var nodes []*node
	for i := 1; i <= count; i++ {
		nodes = append(nodes, &node{bed: t, number: i})
	}
	return nodes
}

// node finds a node of the running testbed by its name.
func (t *testbed) node(name string) (*node, error) {
	facts, err := t.readFacts()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, n := range t.nodes(facts.Shape.Nodes) {
		if n.name() == name {
			return n, nil
		}
		names = append(names, n.name())
	}
	return nil, fmt.Errorf("no node named %q: this testbed has %s", name, strings.Join(names, ", "))
}

func (t *testbed) readFacts() (*facts, error) {
	content, err := os.ReadFile(t.path("testbed.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the testbed is not up (no %s): run 'make up'", t.path("testbed.json"))
	}
	if err != nil {
		return nil, err
	}
	var f facts
	if err := json.Unmarshal(content, &f); err != nil {
		return nil, fmt.Errorf("%s: %w: run 'make down' and 'make up'", t.path("testbed.json"), err)
	}
	return &f, nil
}
