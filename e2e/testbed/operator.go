package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// installProduct brings what an administrator would apply. Without the operator, only what is there.
func installProduct(t *testbed, operator bool) error {
	manifests, _ := filepath.Glob(t.source(crdDirectory, "*.yaml"))
	if len(manifests) == 0 && operator {
		return fmt.Errorf("no %s/*.yaml: run 'make crds', or 'testbed up --without-operator'", crdDirectory)
	}
	if len(manifests) > 0 {
		if _, err := t.kubectl("apply", "--server-side", "-f", t.source(crdDirectory)); err != nil {
			return err
		}
		if _, err := t.kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", t.source(crdDirectory)); err != nil {
			return err
		}
	}
	if _, err := os.Stat(t.source(deployBase)); err != nil {
		if operator {
			return fmt.Errorf("no %s: 'testbed up --without-operator' goes on without it", deployBase)
		}
		return nil
	}
	_, err := t.kubectl("apply", "--server-side", "-k", t.source(deployBase))
	return err
}

// checkLauncher says early that there is nothing to start.
func checkLauncher(t *testbed) error {
	if _, err := os.Stat(t.source(launcherPath)); err != nil {
		return fmt.Errorf("the operator is not built (no %s): run 'make build', or 'testbed up --without-operator'",
			launcherPath)
	}
	return nil
}

func startController(t *testbed, extra []string) error {
	if err := t.mintToken(t.kubeconfig("controller"), "meridian-controller"); err != nil {
		return err
	}
	environment, err := t.operatorEnvironment(t.kubeconfig("controller"), func(s shape) string { return s.ControllerJVM })
	if err != nil {
		return err
	}
	cmd := exec.Command(t.source(launcherPath), append([]string{"controller"}, extra...)...)
	cmd.Env = append(os.Environ(), environment...)
	return launch("controller", cmd, t.log("controller"))
}

func startAgent(n *node, extra []string) error {
	if n.servicePID("agent") != 0 {
		return nil
	}
	if err := n.bed.mintToken(n.path("agent.kubeconfig"), "meridian-agent",
		"--bound-object-kind=Node", "--bound-object-name="+n.name()); err != nil {
		return err
	}
	return n.startService("agent", extra)
}

func (n *node) agentService() (service, error) {
	environment, err := n.bed.operatorEnvironment(n.path("agent.kubeconfig"), func(s shape) string { return s.AgentJVM })
	return service{environment: environment, arguments: []string{n.bed.source(launcherPath), "agent", "--node", n.name(),
		"--libvirt-uri", "qemu:///system", "--state-dir", "/var/lib/meridian", "--run-dir", "/run/meridian"}}, err
}

// operatorEnvironment lets the java launcher read its options from JDK_JAVA_OPTIONS.
func (t *testbed) operatorEnvironment(kubeconfig string, jvm func(shape) string) ([]string, error) {
	home, err := findJDK()
	if err != nil {
		return nil, err
	}
	environment := []string{"KUBECONFIG=" + kubeconfig, "JAVA_HOME=" + home}
	s, err := t.readShape()
	if err == nil && jvm(s) != "" {
		environment = append(environment, "JDK_JAVA_OPTIONS="+jvm(s))
	}
	return environment, err
}

// mintToken writes a kubeconfig with a fresh token of a ServiceAccount. When the API server is away, and there is
// one from before, that one must do: a daemon may be restarted just then.
func (t *testbed) mintToken(kubeconfig, account string, binding ...string) error {
	token, err := t.kubectl(append([]string{"--namespace=" + systemNS, "create", "token", account, "--duration=48h"},
		binding...)...)
	if _, before := os.Stat(kubeconfig); err != nil && before == nil && runningPID("kube-apiserver") == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return writeKubeconfig(t, kubeconfig, fmt.Sprintf("{token: %s}", strings.TrimSpace(token)))
}

// awaitOperator waits for the label that the controller puts on a node whose agent reports a working libvirt:
// both work then.
func awaitOperator(t *testbed, nodes []*node) error {
	client, err := t.api()
	if err != nil {
		return err
	}
	return await(60*time.Second, "the operator to label the nodes meridian.dev/hypervisor", func() error {
		if runningPID("controller") == 0 {
			return fmt.Errorf("the controller ended:\n%s", tail(t.log("controller"), 15))
		}
		for _, n := range nodes {
			if n.servicePID("agent") == 0 {
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

func runController(t *testbed, args []string) error {
	return runHostProcess(t, args, "controller", func(extra []string) error { return startController(t, extra) })
}
