package main

import (
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// trainingImage is long enough for what a long one runs.
const trainingImage = 64 << 20

// trained are the commands that have an AOT cache.
var trained = []string{"controller", "agent", "download"}

// trainFor is what the launcher reads: the JVM records what it loads, and writes the cache when it ends.
const trainFor = "MERIDIAN_AOT_TRAIN"

// runTrain makes the AOT caches of the built operator: class loading and linking as a real run had them.
func runTrain(t *testbed, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("train takes no arguments, not %q", args)
	}
	return t.whileUp(nil, func() error { return train(t) })
}

func train(t *testbed) error {
	n, err := t.node("node-1")
	if err != nil {
		return err
	}
	if err := trainDownload(t); err != nil {
		return err
	}
	controller, agent := t.cache("controller"), t.cache("agent")
	_, _ = os.Remove(controller), os.Remove(agent)
	if err := errors.Join(endOperator(n),
		withEnvironment(trainFor, controller, func() error { return startController(t, "controller", nil) }),
		withEnvironment(trainFor, agent, func() error { return startAgent(n, nil) })); err != nil {
		return err
	}
	// What the first minutes of a node have: a machine that boots, a clock that is set, probes and a scrape, a machine
	// that goes.
	if err := errors.Join(demo(t), n.askAgent("/healthz", "/readyz", "/metrics"),
		t.showKubectl("delete", "--timeout=60s", "-f", t.source(demoManifest)), endOperator(n)); err != nil {
		return err
	}
	jars, err := os.ReadFile(t.source(operatorBuild, jarDigests))
	if err != nil {
		return err
	}
	for _, command := range trained {
		info, err := os.Stat(t.cache(command))
		if err != nil {
			return fmt.Errorf("the JVM wrote no AOT cache: %w\n%s", err, tail(t.log("controller"), 15))
		}
		fmt.Printf("%s: %d MiB\n", t.cache(command), info.Size()>>20)
		// Without it, the launcher takes the cache for that of another build.
		if err := os.WriteFile(t.source(operatorBuild, "meridian-"+command+".jars"), jars, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// trainDownload has the process that brings images bring one of a server that lasts as long.
func trainDownload(t *testbed) error {
	directory, err := os.MkdirTemp("", "meridian-train")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(trainingImage))
		_, _ = io.CopyN(w, rand.Reader, trainingImage)
	}))
	defer server.Close()
	order, err := json.Marshal(map[string]any{
		"url": server.URL, "field": "spec.http.url", "algorithm": "sha256",
		"caBundle": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})),
		"cluster":  []string{}, "openedHosts": []string{}, "openedCidrs": []string{"127.0.0.0/8"}, "direct": []string{},
		"patience": map[string]any{"connect": 10, "idle": 30, "answer": 60, "window": 60, "windowBytes": 0},
		"file":     filepath.Join(directory, "file"), "note": filepath.Join(directory, "note"), "known": struct{}{},
	})
	if err != nil {
		return err
	}
	// A child that lives for seconds has no time to compile anew what methods did in training.
	java := exec.Command(t.source(operatorBuild, "runtime/bin/java"), "-XX:AOTCacheOutput="+t.cache("download"), "-XX:+UseSerialGC",
		"-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining",
		"-cp", t.source(operatorBuild, "lib/meridian-app.jar"), "dev.meridian.agent.images.DownloadMain")
	java.Env = []string{}
	java.Stdin = strings.NewReader(string(order) + "\n{}\n") // there is room
	said, err := java.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "digest") {
		return fmt.Errorf("an image for training was not brought: %v\n%s", err, said)
	}
	return nil
}

// askAgent reads pages of the agent's management address, as kubelet and Prometheus do.
func (n *node) askAgent(paths ...string) error {
	for _, path := range paths {
		answer, err := http.Get(n.management() + path)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			return err
		}
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("GET %s%s: %s", n.management(), path, answer.Status)
		}
	}
	return nil
}

// cache is where the launcher looks for the AOT cache of a command.
func (t *testbed) cache(command string) string {
	return t.source(operatorBuild, "meridian-"+command+".aot")
}

// endOperator gives a JVM the time to write its cache.
func endOperator(n *node) error {
	return errors.Join(n.endService("agent", syscall.SIGTERM), end("controller", syscall.SIGTERM))
}

func withEnvironment(name, value string, do func() error) error {
	if err := os.Setenv(name, value); err != nil {
		return err
	}
	defer os.Unsetenv(name)
	return do()
}
