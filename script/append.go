package script

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/jsonform"
)

// Append appends a command as a line of a script, with its line feed, to b.
// Reading the line gives the same command again if it passes its Validate. It
// fails with ErrNotEncodable, and leaves b as it was, for a pointer, a moment or
// week that does not exist, text that is not UTF-8 and a line over MaxLine. A
// list that is nil is left out where it may be, and written and read again as one
// without items where it may not.
func Append(b []byte, id uuid.UUID, at event.Time, c aggregate.Command) ([]byte, error) {
	return AppendActed(b, id, at, "", c)
}

// AppendActed does the same with who acted, "" if nobody says. It fails likewise for
// what may not stand there.
func AppendActed(b []byte, id uuid.UUID, at event.Time, actedBy string, c aggregate.Command) ([]byte, error) {
	fail := func(err error) ([]byte, error) {
		return b, ErrNotEncodable.With(err, "")
	}
	v := reflect.ValueOf(c)
	if !v.IsValid() || v.Kind() != reflect.Struct {
		return fail(fmt.Errorf("%T is not one of aggregate.Commands", c))
	}
	f := commands()[aggregate.CommandName(c)]
	if f == nil || f.Type != v.Type() {
		return fail(fmt.Errorf("%T is not one of aggregate.Commands", c))
	}
	line := jsonform.AppendUUID(append(b, `{"id":"`...), id)
	line, err := at.AppendText(append(line, `","at":"`...))
	if err != nil {
		return fail(err)
	}
	line = append(line, `","cmd":"`...)
	line = append(line, f.name...)
	line = append(line, '"')
	if actedBy != "" {
		if !event.IsActor(actedBy) {
			return fail(errors.New("acted_by is no id"))
		}
		line = append(append(append(line, `,"acted_by":"`...), actedBy...), '"')
	}
	command := reflect.New(f.Type).Elem() // one that has an address
	command.Set(v)
	if line, err = f.AppendFields(line, command, false); err != nil {
		return fail(err)
	}
	line = append(line, '}')
	if len(line)-len(b) > MaxLine {
		return fail(fmt.Errorf("the line would be longer than %d bytes", MaxLine))
	}
	return append(line, '\n'), nil
}
