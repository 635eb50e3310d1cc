package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"
)

// The image of the pods that hold a machine's place, and of every pod's sandbox here: a static sleep.
const reservationImage = "meridian/reservation:dev"

// buildReservationImage writes a docker-archive, byte for byte the same from the same busybox.
func buildReservationImage(t *testbed) error {
	busybox, err := readBusybox()
	if err != nil {
		return err
	}
	layer := archive(
		&tar.Header{Name: "bin/", Typeflag: tar.TypeDir, Mode: 0o755}, nil,
		&tar.Header{Name: "bin/busybox", Typeflag: tar.TypeReg, Mode: 0o755}, busybox,
		&tar.Header{Name: "bin/sleep", Typeflag: tar.TypeLink, Linkname: "bin/busybox", Mode: 0o755}, nil,
		&tar.Header{Name: "bin/sh", Typeflag: tar.TypeLink, Linkname: "bin/busybox", Mode: 0o755}, nil,
	)
	digest := func(content []byte) string { sum := sha256.Sum256(content); return hex.EncodeToString(sum[:]) }
	configuration, err := json.Marshal(map[string]any{
		"architecture": "amd64", "os": "linux", "created": "1970-01-01T00:00:00Z",
		"config": map[string]any{"Entrypoint": []string{"/bin/sleep", "2147483647"}, "User": "65534:65534"},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + digest(layer)}},
	})
	if err != nil {
		return err
	}
	layerName, configurationName := digest(layer)+".tar", digest(configuration)+".json"
	manifest, err := json.Marshal([]map[string]any{{
		"Config": configurationName, "RepoTags": []string{reservationImage}, "Layers": []string{layerName},
	}})
	if err != nil {
		return err
	}
	file := func(name string, content []byte) *tar.Header {
		return &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content))}
	}
	if err := os.MkdirAll(t.path("images"), 0o755); err != nil {
		return err
	}
	return os.WriteFile(t.path("images", "reservation.tar"), archive(
		file("manifest.json", manifest), manifest,
		file(configurationName, configuration), configuration,
		file(layerName, layer), layer,
	), 0o644)
}

// archive writes headers, each followed by its content.
func archive(headersAndContents ...any) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(headersAndContents); i += 2 {
		header := headersAndContents[i].(*tar.Header)
		content, _ := headersAndContents[i+1].([]byte)
		header.Size, header.ModTime = int64(len(content)), time.Unix(0, 0)
		if err := errors.Join(w.WriteHeader(header), write(w, content)); err != nil {
			panic(err) // into memory: only a wrong header can fail
		}
	}
	_ = w.Close()
	return b.Bytes()
}

func write(w io.Writer, content []byte) error {
	_, err := w.Write(content)
	return err
}

// importImages brings every docker-archive of the testbed's images into the node's containerd, once.
func (n *node) importImages() error {
	done := n.path("containerd", "testbed-images-imported")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	enter := append(n.enter(n.initPID()), "ctr", "--namespace=k8s.io", "images", "import", n.bed.path("images", "reservation.tar"))
	if err := await(20*time.Second, "containerd on "+n.name()+" to take images", func() error {
		_, err := output(exec.Command("nsenter", enter...))
		return err
	}); err != nil {
		return err
	}
	return os.WriteFile(done, nil, 0o644)
}
