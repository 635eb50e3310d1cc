package main

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestAProgramsLibrariesAreThoseThatTheDynamicLoaderFinds(t *testing.T) {
	for _, program := range []string{"/bin/sh", "/usr/bin/apt-get"} {
		said, err := output(exec.Command("ldd", program))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, match := range regexp.MustCompile(`(?m)(/\S+) \(0x`).FindAllStringSubmatch(said, -1) {
			want = append(want, match[1])
		}

		got, err := sharedLibraries(program)

		slices.Sort(want)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v\n%s\nwant\n%s", program, err, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestAMissingLibraryIsNamed(t *testing.T) {
	if _, err := findLibrary("libnone.so.1"); err == nil || !strings.Contains(err.Error(), "libnone.so.1") {
		t.Error(err)
	}
}
