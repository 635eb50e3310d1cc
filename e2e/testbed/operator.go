package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// installProduct brings what an administrator would apply. The operator's processes are none of it yet.
func installProduct(t *testbed) error {
	manifests, _ := filepath.Glob(t.source(crdFiles))
	if len(manifests) == 0 {
		return fmt.Errorf("no %s: run 'make crds'", crdFiles)
	}
	if err := installChart(t, false); err != nil {
		return err
	}
	wait := []string{"wait", "--for=condition=Established", "--timeout=30s"}
	for _, manifest := range manifests {
		wait = append(wait, "--filename="+manifest)
	}
	_, err := t.kubectl(wait...)
	return err
}

// checkBuilt says early that there is nothing to start.
func checkBuilt(t *testbed, s shape) error {
	built, remedy := t.source(operatorBuild, launcher), "make build"
	if s.Pods {
		built, remedy = t.source(imageBuild, "meridian.tar"), "make images"
	}
	if _, err := os.Stat(built); s.Operator && err != nil {
		return fmt.Errorf("the operator is not built (no %s): run '%s', or 'testbed up --without-operator'", built, remedy)
	}
	return nil
}

// copying is held by the one of those that start together which makes the copy.
var copying sync.Mutex

// launcherOfBuild copies the built operator, once per build: a build that runs while a testbed is up would otherwise
// take the jars away from under the processes that read them. Times are kept, for a JVM's archives compare them: all jars
// have the same, and only their digests tell builds apart.
func (t *testbed) launcherOfBuild() (string, error) {
	hash := sha256.New()
	source := t.source(operatorBuild)
	if err := filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && !entry.IsDir() {
			fmt.Fprintln(hash, path, info.Size(), info.ModTime().UnixNano())
		}
		return err
	}); err != nil {
		return "", fmt.Errorf("%w: run 'make build'", err)
	}
	for _, told := range []string{launcher, jarDigests} {
		content, err := os.ReadFile(filepath.Join(source, told))
		if err != nil {
			return "", fmt.Errorf("%w: run 'make build'", err)
		}
		hash.Write(content)
	}
	copying.Lock()
	defer copying.Unlock()
	copied := t.path("operator", hex.EncodeToString(hash.Sum(nil))[:12])
	if _, err := os.Stat(copied); err == nil {
		return filepath.Join(copied, launcher), nil
	}
	unfinished := copied + ".new"
	if err := errors.Join(os.MkdirAll(t.path("operator"), 0o755), os.RemoveAll(unfinished),
		run("cp", "--archive", source, unfinished), os.Rename(unfinished, copied)); err != nil {
		return "", err
	}
	return filepath.Join(copied, launcher), nil
}

// startController gives it the arguments of up, unless this start has its own.
// By another name it is a second one beside the first, with a token of its own.
func startController(t *testbed, name string, extra []string) error {
	s, err := t.readShape()
	if err != nil {
		return err
	}
	if extra == nil {
		extra = s.ControllerArgs
	}
	program, err := t.launcherOfBuild()
	if err != nil {
		return err
	}
	if err := t.mintToken(t.kubeconfig(name), "meridian-controller"); err != nil {
		return err
	}
	environment, err := operatorEnvironment(t.kubeconfig(name), s.ControllerJVM)
	if err != nil {
		return err
	}
	cmd := exec.Command(program, append([]string{"controller", "--management-address", controllerAddress(name)}, extra...)...)
	cmd.Env = append(os.Environ(), environment...)
	return launch(name, cmd, t.log(name))
}

// controllerAddress is where a controller is asked how it is: the two share the machine's network.
func controllerAddress(name string) string {
	if name == "standby" {
		return bridgeAddress + ":9442"
	}
	return bridgeAddress + ":9441"
}

// migrationLibvirt is given by TLS where nobody asks for something else.
const migrationLibvirt = "--migration-libvirt-uri"

// startAgent gives it the arguments of up, unless this start has its own.
func startAgent(n *node, extra []string) error {
	if n.servicePID("agent") != 0 {
		return nil
	}
	s, err := n.bed.readShape()
	if err != nil {
		return err
	}
	if extra == nil {
		extra = s.AgentArgs
	}
	if !slices.Contains(extra, migrationLibvirt) {
		extra = append([]string{migrationLibvirt, "qemu+tls://" + n.address() + "/system"}, extra...)
	}
	if err := n.mintAgentToken(); err != nil {
		return err
	}
	return n.startService("agent", extra)
}

func (n *node) mintAgentToken() error {
	return n.bed.mintToken(n.path("agent.kubeconfig"), "meridian-agent",
		"--bound-object-kind=Node", "--bound-object-name="+n.name())
}

func (n *node) agentService() (service, error) {
	s, err := n.bed.readShape()
	if err != nil {
		return service{}, err
	}
	program, err := n.bed.launcherOfBuild()
	if err != nil {
		return service{}, err
	}
	environment, err := operatorEnvironment(n.path("agent.kubeconfig"), s.AgentJVM)
	return service{environment: append(environment, n.clockEnvironment()...),
		arguments: []string{program, "agent", "--node", n.name(), "--libvirt-uri", "qemu:///system",
			"--migration-uri", "tcp://" + n.address(), "--state-dir", "/var/lib/meridian", "--run-dir", "/run/meridian",
			"--cluster-network", serviceCIDR, "--cluster-network", podCIDR, "--cluster-network", nodeCIDR}}, err
}

// management is where the node's agent answers, by its own default.
func (n *node) management() string { return "http://" + n.address() + ":9440" }

// operatorEnvironment hands JVM arguments to the launcher by MERIDIAN_JVM_ARGS.
func operatorEnvironment(kubeconfig, jvm string) ([]string, error) {
	home, err := findJDK()
	if err != nil {
		return nil, err
	}
	environment := []string{"KUBECONFIG=" + kubeconfig, "JAVA_HOME=" + home}
	if jvm != "" {
		environment = append(environment, "MERIDIAN_JVM_ARGS="+jvm)
	}
	return environment, nil
}

// mintToken writes a kubeconfig with a fresh token of a ServiceAccount. When the API server or etcd is away, and there
// is one from before, that one must do: a daemon may be restarted just then.
func (t *testbed) mintToken(kubeconfig, account string, binding ...string) error {
	_, statErr := os.Stat(kubeconfig)
	has := statErr == nil
	away := func() bool { return runningPID("kube-apiserver") == 0 || runningPID("etcd") == 0 }
	if has && away() {
		return nil
	}
	token, err := t.kubectl(append([]string{"--namespace=" + systemNS, "create", "token", account, "--duration=48h"},
		binding...)...)
	if err != nil && has {
		// it went away meanwhile, or is only just starting
		fmt.Printf("%s keeps the token that it has: %v\n", account, err)
		return nil
	}
	if err != nil {
		return err
	}
	return writeKubeconfig(t, kubeconfig, fmt.Sprintf("{token: %s}", strings.TrimSpace(token)))
}

// awaitOperator waits for the label that the controller puts on a node whose agent reports a working libvirt:
// both work then.
func awaitOperator(t *testbed, nodes []*node, pods bool) error {
	client, err := t.api()
	if err != nil {
		return err
	}
	return await(60*time.Second, "the operator to label the nodes meridian.dev/hypervisor", func() error {
		if !pods && runningPID("controller") == 0 {
			return fmt.Errorf("the controller ended:\n%s", tail(t.log("controller"), 15))
		}
		for _, n := range nodes {
			if !pods && n.servicePID("agent") == 0 {
				return fmt.Errorf("the agent on %s ended:\n%s", n.name(), tail(n.log("agent"), 15))
			}
			var o object
			if err := client.get("/api/v1/nodes/"+n.name(), &o); err != nil {
				return err
			}
			if _, ok := o.Metadata.Labels["meridian.dev/hypervisor"]; !ok {
				return errors.New(n.name() + " has no such label")
			}
		}
		return nil
	})
}

// runController is `controller|standby start|stop|kill [-- ARG..]`.
func runController(name string) func(*testbed, []string) error {
	return func(t *testbed, args []string) error {
		f, err := t.readFacts()
		if err != nil {
			return err
		}
		if f.Pods {
			return runControllersOfChart(t, f, name, args)
		}
		return runHostProcess(t, args, name, func(extra []string) error { return startController(t, name, extra) })
	}
}
