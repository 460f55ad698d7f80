package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
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

// open opens the read model, and gives up when it does not answer for the limit, if
// there is one. So does what is read of one that is only read: a statement that
// writes may take long.
func (f modelFlag) open(ctx context.Context, readOnly bool, o readmodel.Options, limit time.Duration) (*readmodel.ReadModel, error) {
	p := patience{limit: limit, shown: f.shown()}
	opening, cancel := p.within(ctx)
	defer cancel()
	m, err := open.ReadModel(opening, string(f), readOnly, o)
	if err != nil {
		return nil, p.tooLong(opening, err)
	}
	if !readOnly || limit == 0 {
		return m, nil
	}
	return readmodel.New(patientDatabase{m.Database(), p, new(atomic.Bool)}, o)
}

// asking opens what is asked, a read model or a log, and closes it afterwards.
// The marketplace is nil for a read model. Of one that is behind it says so on
// standard error, whatever the answer, and of a log what was passed over in it.
func (q *question) asking(ctx context.Context, do func(*marketplace.Questions, *marketplace.Marketplace) error) error {
	if q.model == "" {
		return q.store.reading(ctx, func(m *marketplace.Marketplace) error {
			err := q.otherwise(ctx, m.Questions, do(m.Questions, m))
			if q.status.Foreign > 0 {
				fmt.Fprintln(q.store.command.ErrOrStderr(), passedOver(int64(q.status.Foreign)))
			}
			return err
		})
	}
	if err := q.store.patient(); err != nil {
		return err
	}
	m, err := q.model.open(ctx, true, readmodel.Options{}, q.store.limit())
	if err != nil {
		return err
	}
	asked := marketplace.QuestionsTo(m, nil)
	err = q.otherwise(ctx, asked, do(asked, nil))
	if !q.status.Complete() && !errors.Is(err, statistics.ErrBehind) { // which says so itself
		fmt.Fprintf(q.store.command.ErrOrStderr(), "%s\n", q.status)
	}
	return errors.Join(err, m.Close())
}
