package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/readmodel"
)

func (c *cli) rebuildVersionsCommand() *cobra.Command {
	var to modelFlag
	var result resultFlag
	cmd := &cobra.Command{
		Use:     "versions",
		Short:   "List the versions of the read model's tables",
		Example: `  marketplace rebuild versions --to sqlite:model.db`,
		Args:    cobra.NoArgs,
		RunE: c.action(func(ctx context.Context, _ []string) error {
			return to.with(ctx, true, func(m *readmodel.ReadModel) error {
				all, err := m.Versions(ctx)
				if err != nil {
					return err
				}
				if result {
					return c.writeVersions(all)
				}
				t := c.newTable(right("VERSION"), left("STATE"), right("PARTITIONS"), left("BEGUN"))
				for _, v := range all {
					t.row(strconv.FormatInt(v.Number, 10), string(v.State), strconv.FormatInt(v.Partitions, 10), v.Created.String())
				}
				t.write(c.stdout, "")
				return nil
			})
		}),
	}
	to.addTo(cmd)
	result.add(cmd)
	return cmd
}

func (c *cli) writeVersions(all []readmodel.Version) error {
	type version struct {
		Version    int64      `json:"version"`
		State      string     `json:"state"`
		Partitions int64      `json:"partitions"`
		Begun      event.Time `json:"begun"`
	}
	list := []version{}
	for _, v := range all {
		list = append(list, version{v.Number, string(v.State), v.Partitions, v.Created})
	}
	return c.writeJSON(list)
}

func (c *cli) rebuildDropCommand() *cobra.Command {
	var to modelFlag
	cmd := &cobra.Command{
		Use:   "drop [VERSION…]",
		Short: "Drop tables that are live no more",
		Long: `drop drops the tables of the versions that are named, or of all that were live
and are not any more. The live version cannot be dropped.`,
		Example: `  marketplace rebuild drop --to sqlite:model.db
  marketplace rebuild drop 3 --to postgres://localhost/market`,
		RunE: c.action(func(ctx context.Context, args []string) error {
			var versions []int64
			for _, a := range args {
				v, err := strconv.ParseInt(a, 10, 64)
				if err != nil {
					return usage("%q is no version; rebuild versions lists them", a)
				}
				versions = append(versions, v)
			}
			err := to.with(ctx, false, func(m *readmodel.ReadModel) error { return m.Drop(ctx, versions...) })
			if errors.Is(err, readmodel.ErrNotFound) {
				return &told{err: err, code: exitNotFound, hint: "marketplace rebuild versions lists them"}
			}
			return err
		}),
	}
	to.addTo(cmd)
	return cmd
}

func (f modelFlag) with(ctx context.Context, readOnly bool, do func(*readmodel.ReadModel) error) error {
	if err := f.needed(); err != nil {
		return err
	}
	m, err := f.open(ctx, readOnly, readmodel.Options{}, defaultTimeout)
	if err != nil {
		return err
	}
	return errors.Join(do(m), m.Close())
}
