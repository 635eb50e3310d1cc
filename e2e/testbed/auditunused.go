package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// checkedUnseen are rights that the API server asks for itself: no request says that they were used.
var checkedUnseen = map[string]string{
	// Its admission plugins CertificateApproval and CertificateSigning, for whoever approves and signs.
	"controller approve certificates.k8s.io/signers": "CertificateApproval",
	"controller sign certificates.k8s.io/signers":    "CertificateSigning",
	// OwnerReferencesPermissionEnforcement, where it is on: of an ownerReference that blocks the owner's deletion.
	"controller update meridian.dev/virtualmachines/finalizers": "OwnerReferencesPermissionEnforcement",
}

// permission names a right as it is granted and used: "agent patch meridian.dev/virtualmachines/status".
func permission(user, verb, group, resource string) string {
	return fmt.Sprintf("%s %s %s", user, verb, strings.TrimPrefix(group+"/"+resource, "/"))
}

// unusedPermissions lists what the roles give the agent and the controller and no request has used.
func unusedPermissions(roles []role, bindings []binding, used map[string]int) []string {
	granted := map[string]bool{}
	for _, b := range bindings {
		for _, s := range b.Subjects {
			user := shortUser("system:serviceaccount:" + s.Namespace + ":" + s.Name)
			if s.Kind != "ServiceAccount" || user != "agent" && user != "controller" {
				continue
			}
			for _, r := range roles {
				if b.RoleRef.Kind == r.Kind && b.RoleRef.Name == r.Metadata.Name && b.Metadata.Namespace == r.Metadata.Namespace {
					for _, one := range r.Rules {
						one.grant(user, granted)
					}
				}
			}
		}
	}
	var unused []string
	for _, what := range slices.Sorted(maps.Keys(granted)) {
		if used[what] == 0 && checkedUnseen[what] == "" {
			unused = append(unused, what)
		}
	}
	return unused
}

func (r rule) grant(user string, granted map[string]bool) {
	for _, group := range r.Groups {
		for _, resource := range r.Resources {
			for _, verb := range r.Verbs {
				granted[permission(user, verb, group, resource)] = true
			}
		}
	}
}
