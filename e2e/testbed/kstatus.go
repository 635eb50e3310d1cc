package main

import (
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// runKstatus prints what Flux, kpt and Helm hold of objects: `kubectl get .. -o json | testbed kstatus`.
func runKstatus(_ *testbed, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("kstatus reads JSON, and takes no arguments: %q", args)
	}
	content, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	var given unstructured.Unstructured
	if err := json.Unmarshal(content, &given.Object); err != nil { // whole numbers stay so
		return err
	}
	return given.EachListItem(func(one runtime.Object) error {
		object := one.(*unstructured.Unstructured)
		found, err := status.Compute(object)
		if err != nil {
			return fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
		fmt.Printf("%s/%s %s %s\n", object.GetKind(), object.GetName(), found.Status, found.Message)
		return nil
	})
}
