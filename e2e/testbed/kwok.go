package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// kwok plays the kubelets of nodes that are nothing but objects: Ready and with a Lease that is renewed; pods that are
// bound to them run at once and end when they are deleted.
const kwokVersion = "v0.8.0"

func runKwok(t *testbed, args []string) error {
	return runHostProcess(t, args, "kwok", func(extra []string) error { return startKwok(t, extra) })
}

func startKwok(t *testbed, extra []string) error {
	program, err := installKwok()
	if err != nil {
		return err
	}
	cmd := exec.Command(program, append([]string{"--kubeconfig=" + t.kubeconfig("admin"),
		"--config=" + t.source("e2e/testbed/kwok.yaml"), "--manage-all-nodes",
		"--node-lease-duration-seconds=40", "--cidr=" + podCIDR, "--node-ip=127.0.0.1",
		"--server-address=127.0.0.1:10247"}, extra...)...)
	if err := launch("kwok", cmd, t.log("kwok")); err != nil {
		return err
	}
	return t.awaitHealthy("kwok", 30*time.Second, func() error { return answers("http://127.0.0.1:10247/healthz") })
}

// installKwok builds it once for all clones: it is a module of its own, whose sums Go checks.
func installKwok() (string, error) {
	directory := filepath.Join(cacheDirectory(), "kwok-"+kwokVersion)
	program := filepath.Join(directory, "kwok")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	return program, slowly("build kwok (about 3 minutes the first time)", func() error {
		cmd := exec.Command("go", "install", "-trimpath", "sigs.k8s.io/kwok/cmd/kwok@"+kwokVersion)
		cmd.Env = append(os.Environ(), "GOBIN="+directory)
		_, err := output(cmd)
		return err
	})
}
