package main

import (
	"context"
	"errors"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/readmodel"
)

const modelFlagName = "read-model"

// modelFlag names the read model that a command works on.
type modelFlag string

func (f *modelFlag) add(cmd *cobra.Command, usage string) {
	cmd.Flags().StringVar((*string)(f), modelFlagName, "", usage)
}

// shown is the URL without its password, for people to see.
func (f modelFlag) shown() string {
	if u, err := url.Parse(string(f)); err == nil {
		return u.Redacted()
	}
	return "URL"
}

func (f modelFlag) open(ctx context.Context, readOnly bool, o readmodel.Options) (*readmodel.ReadModel, error) {
	return open.ReadModel(ctx, string(f), readOnly, o)
}

// asking opens what is asked, a read model or a log, and closes it afterwards.
// The marketplace is nil for a read model.
func (q *question) asking(ctx context.Context, do func(*marketplace.Questions, *marketplace.Marketplace) error) error {
	if q.model == "" {
		return q.store.reading(ctx, func(m *marketplace.Marketplace) error {
			return q.otherwise(ctx, m.Questions, do(m.Questions, m))
		})
	}
	m, err := q.model.open(ctx, true, readmodel.Options{})
	if err != nil {
		return err
	}
	asked := marketplace.QuestionsTo(m, nil)
	return errors.Join(q.otherwise(ctx, asked, do(asked, nil)), m.Close())
}
