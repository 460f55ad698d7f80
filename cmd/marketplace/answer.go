package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

// otherwise says of an account that is not there as what was asked for that it is
// there as the other.
func (q *question) otherwise(ctx context.Context, asked *marketplace.Questions, err error) error {
	var missing *statistics.NotFoundError
	if !errors.As(err, &missing) {
		return err
	}
	switch missing.Kind {
	case "contract":
		return &told{code: exitNotFound, err: err, hint: "marketplace events " + missing.ID.String() + " shows what there is of it"}
	case "week":
		return &told{code: exitNotFound, err: err, hint: "marketplace contract " + missing.ID.String() + " lists its weeks"}
	}
	is, command := "client", "client"
	_, other := marketplace.Ask(ctx, asked, statistics.ClientStatsOf(missing.ID), q.options()...)
	if missing.Kind == is {
		is, command = "freelancer", "my-stats"
		_, other = marketplace.Ask(ctx, asked, statistics.FreelancerStatsOf(missing.ID), q.options()...)
	}
	if other != nil {
		return err
	}
	return &told{code: exitNotFound, err: fmt.Errorf("%s: this is a %s", oneLine(err), is),
		hint: "marketplace " + command + " " + missing.ID.String() + q.flags()}
}

// head is what every answer in JSON says of itself, but for those of stats, whose
// shape is the rules'.
type head struct {
	ID       *uuid.UUID `json:"id,omitempty"`
	AsOf     string     `json:"as_of"`
	Policy   string     `json:"policy"`
	Currency string     `json:"currency"`
	Unit     string     `json:"unit"` // of amounts, in the currency
}

// writeAnswer writes an answer as JSON with its head; id is uuid.Nil of the market.
func (c *cli) writeAnswer(q *question, money show.Currency, id uuid.UUID, answer any) error {
	h := head{AsOf: q.moment().String(), Policy: q.rule().Name, Currency: money.Code, Unit: money.Unit()}
	if id != uuid.Nil {
		h.ID = &id
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	text, err = withHead(h, text)
	if err != nil {
		return err
	}
	return c.writeJSON(json.RawMessage(text))
}

// withHead puts the members of a head before those of an object that has them not.
func withHead(h head, object []byte) ([]byte, error) {
	var has map[string]json.RawMessage
	if err := json.Unmarshal(object, &has); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteByte('{')
	members, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	lines := json.NewDecoder(bytes.NewReader(members))
	_, _ = lines.Token()
	for lines.More() {
		name, err := lines.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := lines.Decode(&value); err != nil {
			return nil, err
		}
		if _, there := has[name.(string)]; !there {
			fmt.Fprintf(&b, "%q:%s,", name, value)
		}
	}
	rest := strings.TrimPrefix(string(object), "{")
	if len(has) == 0 {
		return []byte(strings.TrimSuffix(b.String(), ",") + rest), nil
	}
	return append(b.Bytes(), rest...), nil
}
