package main

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Where Debian's dynamic loader looks by itself, without a cache of its own.
var libraryDirectories = []string{
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib",
}

// sharedLibraries is the paths of all that a program needs to be loaded: its dynamic loader, its libraries and theirs.
func sharedLibraries(program string) ([]string, error) {
	loader, needed, err := readNeeds(program)
	if err != nil {
		return nil, err
	}
	paths := []string{loader}
	for len(needed) > 0 {
		name := needed[0]
		needed = needed[1:]
		if name == filepath.Base(loader) { // libc needs it too: it is there already
			continue
		}
		path, err := findLibrary(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", program, err)
		}
		if slices.Contains(paths, path) {
			continue
		}
		_, more, err := readNeeds(path)
		if err != nil {
			return nil, err
		}
		paths, needed = append(paths, path), append(needed, more...)
	}
	return paths, nil
}

// readNeeds reads an ELF file's PT_INTERP, which only a program has to have, and its DT_NEEDED.
func readNeeds(path string) (loader string, needed []string, err error) {
	file, err := elf.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			content := make([]byte, segment.Filesz)
			if _, err := segment.ReadAt(content, 0); err != nil {
				return "", nil, fmt.Errorf("%s: %w", path, err)
			}
			loader = strings.TrimRight(string(content), "\x00")
		}
	}
	needed, err = file.ImportedLibraries()
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	return loader, needed, nil
}

func findLibrary(name string) (string, error) {
	for _, directory := range libraryDirectories {
		path := filepath.Join(directory, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no %s in %s", name, strings.Join(libraryDirectories, ", "))
}
