package web

import (
	"errors"
	"fmt"
	"strings"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// choice is one of a form's answers to a question.
type choice struct {
	Value, Name string
	Chosen      bool
}

// chosen is the choice of a value, where another may have been made.
func chosen[T ~string](value T, name string, is T) choice {
	return choice{string(value), name, value == is}
}

// skills are those that the query asks for, with commas between.
func (v *visit) skills() (skills []string) {
	for skill := range strings.SplitSeq(v.Asked("skills"), ",") {
		if skill = strings.TrimSpace(skill); skill != "" {
			skills = append(skills, skill)
		}
	}
	return skills
}

// amount is the money that the query asks for under a name, nil if it does not.
func (v *visit) amount(name string) (*event.Money, error) {
	text := v.Asked(name)
	if text == "" {
		return nil, nil
	}
	m, is := v.money.Parse(text)
	if !is {
		return nil, bad(name + " must be an amount of " + v.money.Code + ", such as " + v.money.Amount(sampleAmount) + ".")
	}
	return &m, nil
}

// sampleAmount shows how an amount is written.
const sampleAmount = 25_00

// wrongQuery says what of a question makes no sense to who asked it.
func wrongQuery(err error) error {
	var wrong *statistics.QueryError
	if errors.As(err, &wrong) {
		return bad(fmt.Sprintf("%s %s.", wrong.Field, wrong.Reason))
	}
	return err
}
