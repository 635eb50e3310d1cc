package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// What a node and a guest are made of. Go, JDK 25, Maven and make are the machine's owner's affair.
var packages = []string{
	"libvirt-daemon", "libvirt-daemon-driver-qemu", "libvirt-daemon-driver-lxc", "libvirt-daemon-system",
	"libvirt-clients", "qemu-system-x86", "qemu-utils", "qemu-guest-agent", "busybox-static", "linux-image-cloud-amd64",
	"ovmf", "swtpm", "swtpm-tools", "dosfstools", "mtools",
	"dnsmasq-base", "iproute2", "iptables", "ebtables", "conntrack", "containerd", "runc", "containernetworking-plugins", "tini",
	"util-linux", "procps", "kmod", "openssh-client",
	"docker-registry", "openssl", "curl", "genisoimage", // serve images to tests, fetch and use them as a person would
	"lua5.1",           // Argo CD's health checks
	"gcc", "libc6-dev", // jna-call-ratio compares our binding with C
}

// checkTools names what must be there before the testbed can help itself.
func checkTools(operator bool) error {
	var missing []error
	if os.Geteuid() != 0 {
		missing = append(missing, errors.New("must be root: namespaces, mounts and bridges are made"))
	}
	if _, err := exec.LookPath("go"); err != nil {
		missing = append(missing, errors.New("no go in PATH: install Go 1.26, it builds the control plane"))
	}
	if _, err := os.Stat("/sys/fs/cgroup/cpuset"); err != nil {
		missing = append(missing, errors.New("no cgroup v1 hierarchies under /sys/fs/cgroup: the nodes' kubelets need them"))
	}
	if operator {
		if _, err := exec.LookPath("mvn"); err != nil {
			missing = append(missing, errors.New("no mvn in PATH: install Maven 3.8 or later"))
		}
		if _, err := findJDK(); err != nil {
			missing = append(missing, err)
		}
	}
	return errors.Join(missing...)
}

// findJDK finds a JDK 25: JAVA_HOME first, then where Debian's packages put one.
func findJDK() (string, error) {
	homes, _ := filepath.Glob("/usr/lib/jvm/*")
	for _, home := range append([]string{os.Getenv("JAVA_HOME")}, homes...) {
		release, err := os.ReadFile(filepath.Join(home, "release"))
		if err == nil && strings.Contains(string(release), `JAVA_VERSION="25`) {
			return home, nil
		}
	}
	return "", errors.New("no JDK 25: neither JAVA_HOME nor any directory of /usr/lib/jvm is one; install one there")
}

func installPackages(t *testbed, names []string) error {
	missing := missingPackages(names)
	if len(missing) == 0 {
		return nil
	}
	return slowly("install Debian packages: "+strings.Join(missing, " "), func() error {
		log := t.log("apt")
		if err := apt(log, "update"); err != nil {
			return err
		}
		return apt(log, append([]string{"install", "--yes", "--no-install-recommends"}, missing...)...)
	})
}

func missingPackages(names []string) []string {
	var missing []string
	for _, name := range names {
		state, err := output(exec.Command("dpkg-query", "--show", "--showformat=${db:Status-Status}", name))
		if err != nil || state != "installed" {
			missing = append(missing, name)
		}
	}
	return missing
}

// apt runs apt-get. RUNLEVEL=1 keeps packages from starting daemons on the machine itself: each node starts its own.
func apt(logPath string, args ...string) error {
	log, err := openLog(logPath)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command("apt-get", args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("apt-get %s: %w: see %s", strings.Join(args, " "), err, logPath)
	}
	return nil
}
