package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/jsonform"
	"github.com/marketcore/marketplace/script"
)

func (c *cli) doCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "do COMMAND",
		Short: "Send one command to the log",
		Long: `do sends one command, by its name in scripts, and prints what it came to. Its fields
are flags, each by its name in a script with - for _, or a JSON object, or both. JSON -
is standard input. marketplace do COMMAND --help lists a command's fields; all of them
are in docs/catalogue.md. The log is created if there is none.

--id gives the command an id of yours: sent again it does nothing twice, and another
command under it is rejected. --at is when it happened, and now without it. --acted-by
says who acted, by an opaque id of yours that is kept with the events.

The exit status is 0 when it was applied, or had been before, 2 when no such command
can be, and else that of the rejection's code (docs/errors.md): 3 where something is
not there, 1 where the rules say no.`,
		Example: `  marketplace do RegisterClient --client 01234567-89ab-cdef-0123-456789abcdef
  marketplace do SetAvailability --freelancer 01234567-89ab-cdef-0123-456789abcdef --available=false --json
  marketplace do ContactClient '{"client":"01234567-89ab-cdef-0123-456789abcdef","reason":"complaints"}'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command %.60q; marketplace do --help lists them", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true}, // they are of a command, which is what is not known
	}
	kinds := jsonform.KindsOf[event.Time, event.Week, event.Text]()
	for _, command := range aggregate.Commands() {
		form, err := kinds.Form(reflect.TypeOf(command))
		if err != nil {
			panic(err) // cannot happen: package script has read it
		}
		cmd.AddCommand(c.doing(aggregate.CommandName(command), form))
	}
	return cmd
}

// doing is the command line of one command.
func (c *cli) doing(name string, form *jsonform.Form) *cobra.Command {
	d := &sending{cli: c, name: name, form: form}
	cmd := &cobra.Command{
		Use:     name + " [JSON]",
		Short:   "Fields: " + fieldNames(form),
		Example: doExample(name, form),
		Args:    cobra.MaximumNArgs(1),
		RunE: c.action(func(ctx context.Context, args []string) error {
			command, err := d.command(args)
			if err != nil {
				return err
			}
			return d.send(ctx, command)
		}),
	}
	d.flags = cmd.Flags()
	d.flags.SortFlags = false
	d.flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
	})
	for i := range form.Fields {
		f := &form.Fields[i]
		d.flags.Var(&fieldFlag{field: f}, f.Name, fieldUsage(f))
		if f.Kind == jsonform.Bool {
			d.flags.Lookup(f.Name).NoOptDefVal = "true"
		}
	}
	d.flags.Var(&d.id, "id", "id of the command, so that it can be sent again (default: a new one)")
	d.flags.Var(&d.at, "at", "when it happened, such as 2019-12-31T23:59:59Z (default now)")
	d.flags.StringVar(&d.actedBy, "acted-by", "", "who acted: an id of letters, digits and . _ : - that is no name")
	d.flags.BoolVar(&d.json, "json", false, "write JSON")
	d.log.add(cmd)
	return cmd
}

func fieldNames(form *jsonform.Form) string {
	names := make([]string, len(form.Fields))
	for i, f := range form.Fields {
		names[i] = f.Name
		if f.Optional {
			names[i] += "?"
		}
	}
	return strings.Join(names, ", ")
}

// doExample is a command line with the fields that a command must have.
func doExample(name string, form *jsonform.Form) string {
	line := "  marketplace do " + name
	for i := range form.Fields {
		if f := &form.Fields[i]; !f.Optional {
			line += " --" + strings.ReplaceAll(f.Name, "_", "-") + "=" + sampleOf(f)
		}
	}
	return line
}

// sampleOf is a value of a field, or the name of what it takes.
func sampleOf(f *jsonform.Field) string {
	switch f.Kind {
	case jsonform.Int, jsonform.Int64:
		return "10"
	case jsonform.Bool:
		return "true"
	case jsonform.UUID:
		return "01234567-89ab-cdef-0123-456789abcdef"
	case jsonform.Time:
		return "2019-12-31T23:50:00Z"
	case jsonform.Week:
		return "2016-W05"
	case jsonform.Struct, jsonform.List:
		return "'" + sampleJSON(f) + "'"
	}
	return strings.ToUpper(f.Name)
}

// sampleJSON is a value of a field as JSON has it.
func sampleJSON(f *jsonform.Field) string {
	switch f.Kind {
	case jsonform.Int, jsonform.Int64, jsonform.Bool:
		return sampleOf(f)
	case jsonform.Struct:
		var parts []string
		for i := range f.Nested.Fields {
			parts = append(parts, `"`+f.Nested.Fields[i].Name+`":`+sampleJSON(&f.Nested.Fields[i]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case jsonform.List:
		return "[" + sampleJSON(f.Elem) + "]"
	case jsonform.Strings, jsonform.Texts:
		return `["` + sampleOf(f) + `"]`
	}
	return `"` + sampleOf(f) + `"`
}

func fieldUsage(f *jsonform.Field) string {
	text := map[jsonform.Kind]string{
		jsonform.String: "text", jsonform.Text: "text, personal", jsonform.Int: "integer", jsonform.Int64: "integer",
		jsonform.Bool: "true or false", jsonform.UUID: "id", jsonform.Time: "moment", jsonform.Week: "ISO week, such as 2016-W05",
		jsonform.Strings: "text; once for each", jsonform.Texts: "text, personal; once for each",
	}[f.Kind]
	if f.Nested != nil {
		text = "JSON object: " + fieldNames(f.Nested)
	}
	if f.Kind == jsonform.List {
		text = "JSON list of: " + fieldUsage(f.Elem)
	}
	if f.Optional {
		text += "; may be left out"
	}
	return text
}

// fieldFlag is a field of a command as JSON. What is malformed is left to script,
// which says so as it does of a line.
type fieldFlag struct {
	field *jsonform.Field
	list  []string
	text  json.RawMessage // nil if it is not given
}

func (f *fieldFlag) String() string { return "" }

func (f *fieldFlag) Type() string {
	switch f.field.Kind {
	case jsonform.Bool:
		return "bool"
	case jsonform.UUID:
		return "id"
	case jsonform.Int, jsonform.Int64:
		return "number"
	case jsonform.Struct, jsonform.List:
		return "json"
	}
	return "text"
}

func (f *fieldFlag) Set(s string) (err error) {
	switch f.field.Kind {
	case jsonform.Int, jsonform.Int64, jsonform.Bool, jsonform.Struct, jsonform.List:
		if f.text = json.RawMessage(strings.TrimSpace(s)); !json.Valid(f.text) {
			return errors.New("not " + fieldUsage(f.field))
		}
	case jsonform.Strings, jsonform.Texts:
		f.list = append(f.list, s)
		f.text, err = json.Marshal(f.list)
	default:
		f.text, err = json.Marshal(s)
	}
	return err
}

// sending is one run of the command do.
type sending struct {
	*cli
	name  string
	form  *jsonform.Form
	flags *pflag.FlagSet
	log   storeFlag
	id    idFlag
	at    momentFlag
	json  bool

	actedBy string
}

// command is what the flags and the argument spell.
func (d *sending) command(args []string) (aggregate.Command, error) {
	fields := map[string]json.RawMessage{}
	if len(args) == 1 {
		text := []byte(args[0])
		if args[0] == standardInput {
			var err error
			if text, err = io.ReadAll(io.LimitReader(d.stdin, script.MaxLine+1)); err != nil {
				return nil, err
			}
		}
		if d.flags.NFlag() == 0 || !d.given() {
			return d.parse(text)
		}
		if json.Unmarshal(text, &fields) != nil || fields == nil {
			return nil, usage("%s is given as no JSON object", d.name)
		}
	}
	for i := range d.form.Fields {
		name := d.form.Fields[i].Name
		flag := d.flags.Lookup(name).Value.(*fieldFlag)
		if flag.text == nil {
			continue
		}
		if _, twice := fields[name]; twice {
			return nil, usage("%s is given twice, as a flag and in the JSON", name)
		}
		fields[name] = flag.text
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	return d.parse(text)
}

// given reports whether a field was given as a flag.
func (d *sending) given() bool {
	for i := range d.form.Fields {
		if d.flags.Lookup(d.form.Fields[i].Name).Changed {
			return true
		}
	}
	return false
}

func (d *sending) parse(fields []byte) (aggregate.Command, error) {
	command, err := script.ParseCommand(d.name, fields)
	if errors.Is(err, aggregate.Invalid) {
		err = usage("%w", err)
	}
	return command, err
}

// sent is what became of a command.
type sent struct {
	Outcome  string         `json:"outcome"` // applied, repeated or rejected
	ID       uuid.UUID      `json:"id"`
	Cmd      string         `json:"cmd"`
	Stream   string         `json:"stream,omitempty"`
	Revision *uint64        `json:"revision,omitempty"` // of the last event
	Position event.Position `json:"position,omitempty"` // likewise
	Events   []string       `json:"events,omitempty"`
	Code     string         `json:"code,omitempty"`
	Detail   string         `json:"detail,omitempty"`
}

func (d *sending) send(ctx context.Context, command aggregate.Command) (err error) {
	m, err := d.log.toWrite(ctx, marketplace.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	id := uuid.UUID(d.id)
	if id == uuid.Nil {
		id = uuid.New()
	}
	options := []marketplace.DoOption{marketplace.CommandID(id)}
	if d.at.set {
		options = append(options, marketplace.At(d.at.at.Std()))
	}
	if d.actedBy != "" {
		options = append(options, marketplace.ActedBy(d.actedBy))
	}
	out, err := m.Do(ctx, command, options...)
	result := sent{Outcome: marketplace.ImportApplied, ID: id, Cmd: d.name, Stream: out.Stream, Position: out.Position}
	var rejected *aggregate.Rejection
	switch {
	case errors.As(err, &rejected):
		result.Outcome, result.Stream = marketplace.ImportRejected, rejected.Stream
		result.Code, result.Detail = string(rejected.Code), rejected.Detail
		err = nil
	case err != nil:
		return &told{err: err, code: fault.InfoOf(err).Exit,
			hint: fmt.Sprintf("what became of it may not be known; sent again with --id %s it is done once", id)}
	default:
		result.Revision = &out.Revision
		for _, e := range out.Events {
			result.Events = append(result.Events, e.EventType())
		}
		if out.Repeated {
			result.Outcome = "repeated"
		}
	}
	if d.json {
		err = d.writeJSON(result)
	} else if rejected == nil {
		_, err = fmt.Fprintf(d.stdout, "%s: %s\n  %s, revision %d, position %d\n  command %s\n",
			result.Outcome, strings.Join(result.Events, ", "), result.Stream, out.Revision, out.Position, id)
	}
	if err == nil && rejected != nil {
		return d.refusal(rejected)
	}
	return err
}

func (d *sending) refusal(r *aggregate.Rejection) error {
	info := fault.InfoOf(r)
	return &told{err: fmt.Errorf("rejected: %s: %s", r.Code, r.Detail), code: info.Exit, hint: info.Do}
}
