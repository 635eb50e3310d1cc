package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
`

func startEtcd(t *testbed) error {
	const client, peer = "http://127.0.0.1:2379", "http://127.0.0.1:2380"
	if err := t.launchControlPlane("etcd", "--name=testbed", "--data-dir="+t.path("etcd"),
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=testbed="+peer,
		"--unsafe-no-fsync=true"); err != nil {
		return err
	}
	return t.awaitHealthy("etcd", 30*time.Second, func() error { return answers(client + "/health") })
}

// answers is whether a process that is asked for its health says that it is well.
func answers(url string) error {
	answer, err := http.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}

func startAPIServer(t *testbed) error {
	policy, pki := t.path("audit-policy.yaml"), func(name string) string { return t.path("pki", name) }
	if err := os.WriteFile(policy, []byte(auditPolicy), 0o644); err != nil {
		return err
	}
	if err := t.launchControlPlane("kube-apiserver",
		"--etcd-servers=http://127.0.0.1:2379",
		"--bind-address="+bridgeAddress, "--advertise-address="+bridgeAddress, "--secure-port=6443",
		"--tls-cert-file="+pki("apiserver.crt"), "--tls-private-key-file="+pki("apiserver.key"),
		"--client-ca-file="+pki("ca.crt"),
		"--kubelet-client-certificate="+pki("kubelet-client.crt"), "--kubelet-client-key="+pki("kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range="+serviceCIDR,
		"--service-account-key-file="+pki("sa.pub"), "--service-account-signing-key-file="+pki("sa.key"),
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true",
		"--audit-policy-file="+policy, "--audit-log-path="+t.auditLog(),
		"--audit-log-maxsize=100000", // MiB: one file, never rotated, so that counting reads all of it
	); err != nil {
		return err
	}
	client, err := t.api()
	if err != nil {
		return err
	}
	return t.awaitHealthy("kube-apiserver", 60*time.Second, func() error { return client.get("/readyz", nil) })
}

// The grace period is short so that tests of a lost node need not wait a minute; kubelets renew accordingly. Nodes that
// kwok plays are many, renew as Kubernetes' own default has it, and are not to be lost.
func startControllerManager(t *testbed, nodes int) error {
	var grace []string
	if nodes > 0 {
		grace = []string{"--node-monitor-period=2s", "--node-monitor-grace-period=20s"}
	}
	return t.launchControlPlane("kube-controller-manager", append(grace, "--kubeconfig="+t.kubeconfig("controller-manager"),
		"--leader-elect=false", "--bind-address=127.0.0.1", "--use-service-account-credentials=true",
		"--service-account-private-key-file="+t.path("pki", "sa.key"), "--root-ca-file="+t.path("pki", "ca.crt"),
		"--cluster-cidr="+podCIDR)...)
}

// With its own default of 50 requests per second it could not bind what the nodes that kwok plays are given at a time.
func startScheduler(t *testbed, nodes int) error {
	var rate []string
	if nodes == 0 {
		rate = []string{"--kube-api-qps=1000", "--kube-api-burst=1000"}
	}
	return t.launchControlPlane("kube-scheduler", append(rate, "--kubeconfig="+t.kubeconfig("scheduler"),
		"--leader-elect=false", "--bind-address=127.0.0.1")...)
}

func (t *testbed) launchControlPlane(name string, args ...string) error {
	return launch(name, exec.Command(t.binary(name), args...), t.log(name))
}

// awaitHealthy gives up at once when the process has ended: its log says why.
func (t *testbed) awaitHealthy(name string, limit time.Duration, healthy func() error) error {
	var ended error
	err := await(limit, name, func() error {
		if runningPID(name) == 0 {
			ended = fmt.Errorf("%s ended:\n%s", name, tail(t.log(name), 15))
			return nil
		}
		return healthy()
	})
	return errors.Join(err, ended)
}

func tail(path string, lines int) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// runAPIServer takes the API server away at once also when it is asked to stop: with watches open it would
// take its time, a minute of it.
func runAPIServer(t *testbed, args []string) error {
	if len(args) == 1 && args[0] == "stop" {
		if r, ok := readRecord("kube-apiserver"); ok {
			_ = r.endWithin(2*time.Second, syscall.SIGTERM)
		}
		args = []string{"kill"}
	}
	return runHostProcess(t, args, "kube-apiserver", func([]string) error { return startAPIServer(t) })
}

// runHostProcess is `start|stop|kill [-- ARG..]` for a process beside the nodes.
func runHostProcess(t *testbed, args []string, name string, start func(extra []string) error) error {
	args, extra := splitExtra(args)
	if len(args) != 1 {
		return fmt.Errorf("want start, stop or kill, not %q", args)
	}
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := t.readFacts(); err != nil {
		return err
	}
	switch args[0] {
	case "start":
		if runningPID(name) != 0 {
			return nil
		}
		return start(extra)
	case "stop":
		return end(name, syscall.SIGTERM)
	case "kill":
		return end(name, syscall.SIGKILL)
	}
	return fmt.Errorf("want start, stop or kill, not %q", args[0])
}

func splitExtra(args []string) (own, extra []string) {
	for i, arg := range args {
		if arg == "--" {
			return args[:i], args[i+1:]
		}
	}
	return args, nil
}
