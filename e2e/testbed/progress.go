package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// step does one thing and says how long it took.
func step(what string, do func() error) error {
	start := time.Now()
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	fmt.Printf("  %5.1f s  %s\n", time.Since(start).Seconds(), what)
	return nil
}

// slowly is a step that may take minutes: it says so first, and that it still lives.
func slowly(what string, do func() error) error {
	fmt.Printf("           %s ...\n", what)
	start, done := time.Now(), make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Second):
				fmt.Printf("           %s: still at it after %.0f s\n", what, time.Since(start).Seconds())
			}
		}
	}()
	return step(what, do)
}

// together does all at once and reports every failure.
func together(all ...func() error) error {
	failures := make([]error, len(all))
	var group sync.WaitGroup
	for i, do := range all {
		group.Go(func() { failures[i] = do() })
	}
	group.Wait()
	return errors.Join(failures...)
}
