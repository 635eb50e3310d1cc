package main

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed distribution.sh
var distributionRecipe string

// What the recipe needs beside what every testbed does.
var distributionPackages = []string{"mmdebstrap", "e2fsprogs", "dosfstools", "mtools", "fdisk", "systemd-boot-efi"}

// The distribution guest as the nodes see it, who have been given a disk of it.
const (
	distributionImages    = "/var/lib/meridian/images/distribution"
	distributionDisks     = "/var/lib/meridian/images-rw"
	distributionArguments = "root=LABEL=root console=ttyS0"
)

// runDistribution is `testbed distribution`.
func runDistribution(t *testbed, args []string) error {
	if len(args) != 0 {
		return fmt.Errorf("want no arguments, not %q", args)
	}
	directory, err := t.makeDistribution()
	if err != nil {
		return err
	}
	fmt.Println(filepath.Join(directory, "disk.qcow2"))
	return nil
}

// makeDistribution makes the distribution guest once per recipe, outside of the clone, and returns its directory.
func (t *testbed) makeDistribution() (string, error) {
	hash := sha256.Sum256([]byte(distributionRecipe))
	directory := filepath.Join(cacheDirectory(), "distribution-"+hex.EncodeToString(hash[:])[:16])
	if _, err := os.Stat(directory); err == nil {
		return directory, nil
	}
	if err := t.installDistributionPackages(); err != nil {
		return "", err
	}
	return directory, slowly("make the distribution guest (about 2 minutes the first time)", func() error {
		unfinished := fmt.Sprintf("%s.%d", directory, os.Getpid())
		if err := t.followRecipe(unfinished); err != nil {
			return errors.Join(err, os.RemoveAll(unfinished))
		}
		if err := os.Rename(unfinished, directory); err != nil {
			_, other := os.Stat(directory) // of another testbed command that was quicker
			return errors.Join(other, os.RemoveAll(unfinished))
		}
		return nil
	})
}

func (t *testbed) installDistributionPackages() error {
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	return installPackages(t, distributionPackages)
}

func (t *testbed) followRecipe(directory string) error {
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return err
	}
	log, err := openLog(t.log("distribution"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command("sh", "-c", distributionRecipe)
	cmd.Env = append(os.Environ(), "DIRECTORY="+directory)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: see %s", err, t.log("distribution"))
	}
	return nil
}

// runDisk is `testbed disk NODE NAME`.
func runDisk(t *testbed, args []string) error {
	if len(args) != 2 || args[1] != filepath.Base(args[1]) || strings.HasPrefix(args[1], ".") {
		return fmt.Errorf("want disk NODE NAME, a name without a directory, not %q", args)
	}
	n, err := t.node(args[0])
	if err != nil {
		return err
	}
	directory, err := t.makeDistribution()
	if err != nil {
		return err
	}
	images := n.path("meridian", "images", "distribution")
	if err := errors.Join(os.MkdirAll(images, 0o755), os.MkdirAll(n.path("meridian", "images-rw"), 0o755)); err != nil {
		return err
	}
	for _, name := range []string{"vmlinuz", "initrd"} {
		content, err := os.ReadFile(filepath.Join(directory, name))
		if err != nil {
			return err
		}
		if err := writeWhole(filepath.Join(images, name), content); err != nil {
			return err
		}
	}
	if err := copyNew(filepath.Join(directory, "disk.qcow2"), n.path("meridian", "images-rw", args[1])); err != nil {
		return err
	}
	fmt.Println(filepath.Join(distributionDisks, args[1]))
	return nil
}

// copyNew copies a file to where none is: not over the disk of another machine. A whole copy and no overlay, for the
// product takes no disk that names a backing file.
func copyNew(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
