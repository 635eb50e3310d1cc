package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// A cpio is an archive in the kernel's "newc" format, without times: the same content gives the same bytes.
type cpio struct{ entries map[string]cpioEntry }

type cpioEntry struct {
	mode         uint32
	major, minor int
	content      []byte
}

func newCpio() *cpio { return &cpio{entries: map[string]cpioEntry{}} }

func (c *cpio) add(name string, e cpioEntry) {
	for parent := path.Dir(name); parent != "."; parent = path.Dir(parent) {
		c.entries[parent] = cpioEntry{mode: 0o040755}
	}
	c.entries[name] = e
}

func (c *cpio) directory(name string) { c.add(name, cpioEntry{mode: 0o040755}) }

func (c *cpio) file(name string, permissions uint32, content []byte) {
	c.add(name, cpioEntry{mode: 0o100000 | permissions, content: content})
}

// text is a file that runs if it says what runs it.
func (c *cpio) text(name, content string) {
	permissions := uint32(0o644)
	if strings.HasPrefix(content, "#!") {
		permissions = 0o755
	}
	c.file(name, permissions, []byte(content))
}

func (c *cpio) link(name, target string) {
	c.add(name, cpioEntry{mode: 0o120777, content: []byte(target)})
}

func (c *cpio) device(name string, major, minor int) {
	c.add(name, cpioEntry{mode: 0o020600, major: major, minor: minor})
}

// bytes writes parents before children, as the kernel wants them: they sort so.
func (c *cpio) bytes() []byte {
	var b bytes.Buffer
	inode := 0
	write := func(name string, e cpioEntry) {
		inode++
		// magic ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
		fmt.Fprintf(&b, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", inode, e.mode, 0, 0, 1, 0,
			len(e.content), 0, 0, e.major, e.minor, len(name)+1, 0)
		b.WriteString(name + "\x00")
		pad(&b)
		b.Write(e.content)
		pad(&b)
	}
	for _, name := range slices.Sorted(maps.Keys(c.entries)) {
		write(name, c.entries[name])
	}
	write("TRAILER!!!", cpioEntry{})
	return b.Bytes()
}

// compressed is the archive as the kernel unpacks it.
func (c *cpio) compressed() ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if err := errors.Join(write(w, c.bytes()), w.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func pad(b *bytes.Buffer) {
	for b.Len()%4 != 0 {
		b.WriteByte(0)
	}
}
