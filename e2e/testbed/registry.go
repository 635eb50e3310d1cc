package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// The product's images come to nodes as any others: from a registry, without TLS here.
const registryAddress = bridgeAddress + ":5000"

// imageBuild is where 'make images' writes them.
const imageBuild = "deploy/image/target"

// productImages are the archives that 'make images' wrote, by the chart's values that name them.
var productImages = map[string]string{"image": "meridian", "reservationImage": "reservation"}

func startRegistry(t *testbed) error {
	if runningPID("registry") != 0 {
		return nil
	}
	configuration := fmt.Sprintf("version: 0.1\nstorage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}\nhttp: {addr: %q}\n",
		t.path("registry"), registryAddress)
	if err := errors.Join(os.MkdirAll(t.path("registry"), 0o755),
		os.WriteFile(t.path("registry.yaml"), []byte(configuration), 0o644)); err != nil {
		return err
	}
	if err := launch("registry", exec.Command("docker-registry", "serve", t.path("registry.yaml")), t.log("registry")); err != nil {
		return err
	}
	return t.awaitHealthy("registry", 30*time.Second, func() error { return answers("http://" + registryAddress + "/v2/") })
}

// pushImages brings what was built into the registry; layers that are there already are not sent again.
func pushImages(t *testbed) error {
	if _, err := exec.LookPath("skopeo"); err != nil {
		log := t.log("apt")
		if err := errors.Join(apt(log, "update"), apt(log, "install", "--yes", "--no-install-recommends", "skopeo")); err != nil {
			return err
		}
	}
	for _, archive := range productImages {
		file := t.source(imageBuild, archive+".tar")
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("the images are not built (no %s): run 'make images'", file)
		}
		if err := run("skopeo", "--insecure-policy", "copy", "--quiet", "--preserve-digests", "--dest-tls-verify=false",
			"oci-archive:"+file, "docker://"+registryAddress+"/"+archive+":testbed"); err != nil {
			return err
		}
	}
	return nil
}

// trustRegistry tells the node's containerd that it is asked without TLS.
func (n *node) trustRegistry() error {
	directory := n.path("certs.d", registryAddress)
	return errors.Join(os.MkdirAll(directory, 0o755),
		os.WriteFile(filepath.Join(directory, "hosts.toml"),
			[]byte(fmt.Sprintf("server = %q\n[host.%q]\ncapabilities = [\"pull\", \"resolve\"]\n",
				"http://"+registryAddress, "http://"+registryAddress)), 0o644))
}
