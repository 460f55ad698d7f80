package readmodel

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

type week = projection.WeekRecord

var weekRecords = &recordsOf[week]{
	tableOf: newTable(Table{
		Name:     "work_weeks",
		Doc:      "Work weeks of hourly contracts that were invoiced, one row each.",
		Position: "invoiced_position",
		Key:      []string{"id"},
		Indexes:  [][]string{{"contract_id"}},
		Live:     true,
	},
		idColumn("contract_id", "the contract", func(w *week) *uuid.UUID { return &w.Contract }),
		value[week, string]{column("week", Text, "the ISO week that was worked, such as 2016-W05"),
			func(w *week) string { return w.Week.String() }, setWeek},
		value[week, uuid.UUID]{column("id", ID, "the UUID of version 5 of the week's name, such as 2016-W05, in the name space of the contract"),
			func(w *week) uuid.UUID { return w.ID() }, checkWeekID},
		revisionColumn(func(w *week) *uint64 { return &w.Next }),
		happened("invoiced", "when it was invoiced", func(w *week) *projection.Moment { return &w.Invoiced }),
		integerColumn("minutes", "billed: what was logged less what was over the weekly limit", func(w *week) *int64 { return &w.Minutes }),
		integerColumn("amount", "of the invoice, in minor units; what was paid of it is in payments", func(w *week) *event.Money { return &w.Amount }),
	),
	category:    event.CategoryWorkWeek,
	id:          (*week).ID,
	in:          func(r *projection.Records) map[uuid.UUID]*week { return r.Weeks },
	all:         (*projection.Model).Weeks,
	differences: projection.Differences[week],
}

func setWeek(w *week, text string) (err error) {
	if w.Week, err = event.ParseWeek(text); err != nil {
		return fmt.Errorf("column week: %w", err)
	}
	return nil
}

// checkWeekID looks at the columns before it, of which the id is made.
func checkWeekID(w *week, id uuid.UUID) error {
	if id != w.ID() {
		return fmt.Errorf("column id is not that of the contract's week")
	}
	return nil
}
