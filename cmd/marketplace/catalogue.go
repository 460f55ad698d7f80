package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/event/schemas"
)

func (c *cli) catalogueCommand() *cobra.Command {
	var version int
	var async bool
	cmd := &cobra.Command{
		Use:   "catalogue [EVENT]",
		Short: "Show which events there are, as schemas for other programs",
		Long: `catalogue lists every event with its versions, or shows the JSON Schema (draft
2020-12) of one, today's version unless --version says which; with --asyncapi an
AsyncAPI 3.0 document with the streams that events are in. A version that was
released keeps its fields for ever.`,
		Example: `  marketplace catalogue
  marketplace catalogue InviteSent
  marketplace catalogue OfferMade --version 1
  marketplace catalogue --asyncapi`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, e := range eventVersions() {
				names = append(names, e.Type)
			}
			return slices.Compact(names), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: c.action(func(_ context.Context, args []string) error {
			switch {
			case async:
				return c.written(schemas.AsyncAPI())
			case len(args) == 1:
				return c.eventSchema(args[0], version)
			}
			return c.listEvents()
		}),
	}
	cmd.Flags().IntVar(&version, "version", 0, "of the event (default today's)")
	cmd.Flags().BoolVar(&async, "asyncapi", false, "the AsyncAPI document")
	cmd.MarkFlagsMutuallyExclusive("version", "asyncapi")
	return cmd
}

func (c *cli) written(text []byte) error {
	_, err := c.stdout.Write(text)
	return err
}

// eventVersions are all versions of all events, in the order of their names.
func eventVersions() []event.Schema {
	var all []event.Schema
	for _, t := range event.Types() {
		all = append(all, event.Schema{Type: t.Event.EventType(), Version: t.Version})
	}
	for _, u := range event.Upcasts() {
		all = append(all, u.From)
	}
	slices.SortFunc(all, func(a, b event.Schema) int {
		return cmp.Or(strings.Compare(a.Type, b.Type), cmp.Compare(a.Version, b.Version))
	})
	return all
}

func (c *cli) eventSchema(name string, version int) error {
	newest := 0
	for _, s := range eventVersions() {
		if s.Type == name {
			newest = s.Version
		}
	}
	if newest == 0 {
		return &told{code: exitNotFound, err: fmt.Errorf("there is no event %q", name), hint: "marketplace catalogue lists them"}
	}
	text := schemas.Event(name, cmp.Or(version, newest))
	if text == nil {
		return &told{code: exitNotFound, err: fmt.Errorf("%s has no version %d", name, version), hint: fmt.Sprintf("its newest is %d", newest)}
	}
	return c.written(text)
}

func (c *cli) listEvents() error {
	t := c.newTable(left("event"), right("version"), left("what it says"))
	for _, s := range eventVersions() {
		var of struct{ Description string }
		if err := json.Unmarshal(schemas.Event(s.Type, s.Version), &of); err != nil {
			return err
		}
		first, _, _ := strings.Cut(of.Description, ". ")
		t.row(s.Type, fmt.Sprint(s.Version), strings.TrimSuffix(first, "."))
	}
	t.write(c.stdout, "")
	return nil
}
