package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const kubernetesVersion = "v1.36.3"

// The names by which the control-plane binary is called.
var controlPlaneNames = []string{
	"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl",
}

// commandPath is where the Makefile builds this program.
func (t *testbed) commandPath() string { return t.source("e2e/target/bin/testbed") }

// buildControlPlane builds the control plane once per source and Go version, outside of the clone,
// so that a fresh clone has it at once; links of every name lie in the testbed's bin.
func buildControlPlane(t *testbed) error {
	source := t.source("e2e/controlplane")
	cached, err := cachedControlPlane(source)
	if err != nil {
		return err
	}
	if _, err := os.Stat(cached); err != nil {
		if err := slowly("build the control plane (about 5 minutes the first time)", func() error {
			return compileControlPlane(source, cached)
		}); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(t.path("bin"), 0o755); err != nil {
		return err
	}
	for _, name := range controlPlaneNames {
		if err := relink(cached, t.binary(name)); err != nil {
			return err
		}
	}
	return relink(t.commandPath(), t.binary("testbed"))
}

func relink(target, link string) error {
	_ = os.Remove(link)
	return os.Symlink(target, link)
}

func cachedControlPlane(source string) (string, error) {
	hash := sha256.New()
	for _, name := range []string{"main.go", "go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", err
		}
		hash.Write(content)
	}
	version, err := output(exec.Command("go", "env", "GOVERSION", "GOARCH"))
	if err != nil {
		return "", err
	}
	hash.Write([]byte(version + kubernetesVersion))
	return filepath.Join(cacheDirectory(), "controlplane-"+hex.EncodeToString(hash.Sum(nil))[:16]), nil
}

// cacheDirectory holds what is made once for all clones of a user.
func cacheDirectory() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = "/var/cache"
	}
	return filepath.Join(cache, "meridian")
}

func compileControlPlane(source, target string) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	const variable = " -X k8s.io/component-base/version."
	unfinished := fmt.Sprintf("%s.%d", target, os.Getpid())
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags",
		"-s -w"+variable+"gitVersion="+kubernetesVersion+variable+"gitMajor=1"+variable+"gitMinor=36", "-o", unfinished, ".")
	cmd.Dir = source
	if _, err := output(cmd); err != nil {
		return err
	}
	return os.Rename(unfinished, target)
}
