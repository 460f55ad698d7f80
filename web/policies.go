package web

import (
	"errors"
	"fmt"

	"github.com/marketcore/marketplace/statistics"
)

// presets are the published policies, the newest first.
func presets() []statistics.Policy {
	names := statistics.PresetNames()
	policies := make([]statistics.Policy, len(names))
	for i, name := range names {
		p, err := statistics.Preset(name)
		if err != nil {
			panic(err) // cannot happen: it is the name of a preset
		}
		policies[len(names)-1-i] = p
	}
	return policies
}

func validate(policies []statistics.Policy) error {
	if len(policies) == 0 {
		return errors.New("web: Options.Policies is empty; leave it nil for the presets")
	}
	names := map[string]bool{}
	for _, p := range policies {
		if err := p.Validate(); err != nil {
			return fmt.Errorf("web: Options.Policies: %w", err)
		}
		if names[p.Name] {
			return fmt.Errorf("web: Options.Policies has two of the name %q: give each one of its own", p.Name)
		}
		names[p.Name] = true
	}
	return nil
}
