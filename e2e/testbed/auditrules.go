package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// What we read of roles and their bindings.
type role struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name      string            `json:"name"`
		Namespace string            `json:"namespace"`
		Labels    map[string]string `json:"labels"`
	} `json:"metadata"`
	Rules []rule `json:"rules"`
}

type rule struct {
	Groups    []string `json:"apiGroups"`
	Resources []string `json:"resources"`
	Verbs     []string `json:"verbs"`
	URLs      []string `json:"nonResourceURLs"`
}

type binding struct {
	Metadata struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	RoleRef struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
	} `json:"roleRef"`
	Subjects []struct {
		Kind      string `json:"kind"`
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"subjects"`
}

// readRules reads the roles as they stand in the cluster.
func readRules(t *testbed) ([]role, []binding, error) {
	var roles struct{ Items []role }
	var bindings struct{ Items []binding }
	for resources, into := range map[string]any{
		"roles,clusterroles": &roles, "rolebindings,clusterrolebindings": &bindings,
	} {
		content, err := t.kubectl("get", resources, "--all-namespaces", "--output=json")
		if err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal([]byte(content), into); err != nil {
			return nil, nil, err
		}
	}
	return roles.Items, bindings.Items, nil
}

// judgeRules finds wildcards in the product's roles: by their name or label, or because an account of ours has them.
func judgeRules(roles []role, bindings []binding) []string {
	faults := []string{}
	for _, r := range roles {
		if !r.isProducts() && !slices.ContainsFunc(bindings, func(b binding) bool { return b.givesUs(r) }) {
			continue
		}
		for _, one := range r.Rules {
			if one.hasWildcard() {
				faults = append(faults, fmt.Sprintf("%s %s has a wildcard: groups %q, resources %q, verbs %q, URLs %q", r.Kind,
					strings.TrimPrefix(r.Metadata.Namespace+"/"+r.Metadata.Name, "/"), one.Groups, one.Resources, one.Verbs, one.URLs))
			}
		}
	}
	slices.Sort(faults)
	return faults
}

func (r role) isProducts() bool {
	for key, value := range r.Metadata.Labels {
		if strings.HasPrefix(key, "app.kubernetes.io/") && value == "meridian" {
			return true
		}
	}
	return strings.HasPrefix(r.Metadata.Name, "meridian")
}

func (r rule) hasWildcard() bool {
	for _, list := range [][]string{r.Groups, r.Resources, r.Verbs, r.URLs} {
		if slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, "*") }) {
			return true
		}
	}
	return false
}

func (b binding) givesUs(r role) bool {
	if b.RoleRef.Kind != r.Kind || b.RoleRef.Name != r.Metadata.Name ||
		r.Kind == "Role" && b.Metadata.Namespace != r.Metadata.Namespace {
		return false
	}
	for _, s := range b.Subjects {
		if s.Kind == "ServiceAccount" && s.Namespace == systemNS ||
			s.Kind == "Group" && s.Name == "system:serviceaccounts:"+systemNS {
			return true
		}
	}
	return false
}
