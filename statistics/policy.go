package statistics

import (
	"fmt"
	"slices"
)

// Policy is the opinion under which records are read. The same log gives other
// numbers under another policy; no event depends on one. A policy is a value:
// take a preset, change what differs and give it a name of its own.
type Policy struct {
	Name           string // shown in reports; 1 to 100 bytes
	Responsiveness ResponsivenessPolicy
	JobSuccess     JobSuccessPolicy
	DisputeRate    DisputeRatePolicy
	Badge          BadgePolicy
	Funnel         FunnelPolicy
	Standing       StandingPolicy // of clients
	Work           WorkPolicy
	Figures        FiguresPolicy
	PromptPaying   PromptPayingPolicy // of clients
	Profile        ProfilePolicy
}

// DefaultPolicy is the name of the newest preset.
const DefaultPolicy = "2024-09"

// Preset gives the policy of that name, named after the month from which its
// Job Success rule held. Presets differ in Job Success only. It fails with
// ErrUnknownPolicy.
func Preset(name string) (Policy, error) {
	for _, p := range jobSuccessPresets {
		if p.name == name {
			return Policy{
				Name:           name,
				Responsiveness: defaultResponsiveness(),
				JobSuccess:     p.policy(),
				DisputeRate:    defaultDisputeRate(),
				Badge:          defaultBadges(),
				Funnel:         defaultFunnel(),
				Standing:       DefaultStanding(),
				Work:           defaultWork(),
				Figures:        defaultFigures(),
				PromptPaying:   defaultPromptPaying(),
				Profile:        defaultProfile(),
			}, nil
		}
	}
	return Policy{}, fmt.Errorf("statistics: %w %.40q; known are %v", ErrUnknownPolicy, name, PresetNames())
}

// PresetNames lists the presets, the oldest first.
func PresetNames() []string {
	var names []string
	for _, p := range jobSuccessPresets {
		names = append(names, p.name)
	}
	slices.Sort(names)
	return names
}

// Validate fails with ErrInvalidPolicy where the values make no sense. Model
// validates every policy that it is asked under.
func (p Policy) Validate() error {
	for _, check := range []func() error{
		func() error { return validateName(p.Name) },
		p.Responsiveness.validate, p.JobSuccess.validate, p.DisputeRate.validate, p.Badge.validate,
		p.Funnel.validate, p.Standing.Validate, p.Work.validate, p.Figures.validate, p.PromptPaying.validate, p.Profile.validate,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// maxMonths bounds windows and blocks: a hundred years.
const maxMonths = 1200

func invalidPolicy(format string, args ...any) error {
	return fmt.Errorf("statistics: %w: "+format, append([]any{ErrInvalidPolicy}, args...)...)
}
