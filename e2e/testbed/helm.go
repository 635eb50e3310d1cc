package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const (
	helmVersion = "v3.22.0"
	chart       = "charts/meridian"
	release     = "meridian"
)

// installHelm builds it once for all clones: it is a module of its own, whose sums Go checks.
func installHelm(t *testbed) error {
	directory := filepath.Join(cacheDirectory(), "helm-"+helmVersion)
	program := filepath.Join(directory, "helm")
	if _, err := os.Stat(program); err != nil {
		if err := slowly("build helm (about 2 minutes the first time)", func() error {
			cmd := exec.Command("go", "install", "-trimpath",
				"-ldflags=-s -w -X helm.sh/helm/v3/internal/version.version="+helmVersion+
					" -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=36",
				"helm.sh/helm/v3/cmd/helm@"+helmVersion)
			cmd.Env = append(os.Environ(), "GOBIN="+directory)
			_, err := output(cmd)
			return err
		}); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(t.path("bin"), 0o755); err != nil {
		return err
	}
	return relink(program, t.binary("helm"))
}

// runHelm runs it in the repository, also without a testbed: it renders the chart, too.
func runHelm(t *testbed, args []string) error {
	if err := installHelm(t); err != nil {
		return err
	}
	cmd := t.helmCommand(args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

func (t *testbed) helmCommand(args ...string) *exec.Cmd {
	cmd := exec.Command(t.binary("helm"), args...)
	cmd.Dir = t.repository
	cmd.Env = append(os.Environ(), "KUBECONFIG="+t.kubeconfig("admin"))
	return cmd
}

// values are what this testbed gives the chart, for tests that install it, too.
func (t *testbed) values() string { return t.path("values.json") }

// writeValues are written again once there are images to name.
func (t *testbed) writeValues() error {
	values := map[string]any{
		"agent": map[string]any{"clusterNetworks": []string{serviceCIDR, podCIDR, nodeCIDR},
			"affinity": agentAffinity()},
	}
	for name, archive := range productImages {
		digest, err := os.ReadFile(t.source(imageBuild, archive+".digest"))
		if err != nil {
			continue // not built, and not needed unless pods are to run
		}
		values[name] = map[string]any{"repository": registryAddress + "/" + archive, "digest": string(digest)}
	}
	content, err := json.MarshalIndent(values, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(t.values(), content)
}

// installChart makes the release say whether the operator's processes are pods.
func installChart(t *testbed, pods bool) error {
	if err := t.writeValues(); err != nil {
		return err
	}
	if _, err := t.kubectl("apply", "--server-side", "-f", t.source(deployBase, "namespace.yaml")); err != nil {
		return err
	}
	_, err := output(t.helmCommand("upgrade", "--install", release, chart, "--namespace="+systemNS, "--values="+t.values(),
		fmt.Sprintf("--set=agent.enabled=%t,controller.enabled=%t", pods, pods), "--wait", "--timeout=3m"))
	return err
}
