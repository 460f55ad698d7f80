package event

import (
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/google/uuid"
	"github.com/marketcore/marketplace/internal/fault"
)

// MaxBlockEvents bounds the events of one ColumnBlock.
const MaxBlockEvents = 1 << 20

// ColumnBlock is a block of a log as columns: of each event, in the log's order, what
// folds need of it, in today's shape of its type. Names, ids and words stand
// once in a column's values, and each event has an index into them, so whoever
// folds a block looks every distinct id up once. It is how an archive hands a
// log on without decoding events.
//
// An event of a stream of a category that is not ours has no OccurredAt and no
// field. Of personal text the columns have what records keep of it, and no other,
// whatever its field is called.
type ColumnBlock struct {
	Positions  []Position
	Revisions  []uint64
	OccurredAt []Time
	Streams    WordColumn // every event has one
	Types      WordColumn // every event has one
	ColumnFields
}

// ColumnFields are the fields of events that folds need, by their JSON names. This
// is their one list: a field is a line here. It takes in the fields of that
// name of all event types; the tests check that they are of its kind. Personal text
// is taken of the types alone that are named with it, since most of it no record
// keeps, and what is not here a fold decoder leaves out.
type ColumnFields struct {
	Client              IDColumn   `json:"client"`
	Freelancer          IDColumn   `json:"freelancer"`
	FreelancerAvailable IntColumn  `json:"freelancer_available"`
	Via                 WordColumn `json:"via"`
	Amount              IntColumn  `json:"amount"`
	By                  WordColumn `json:"by"`
	Overall             IntColumn  `json:"overall"`
	Recommend           IntColumn  `json:"recommend"`
	Basis               WordColumn `json:"basis"`
	Reason              WordColumn `json:"reason"`
	Dispute             IDColumn   `json:"dispute"`
	Milestone           IDColumn   `json:"milestone"`
	Cause               WordColumn `json:"cause"`
	ToFreelancer        IntColumn  `json:"to_freelancer"`
	ToClient            IntColumn  `json:"to_client"`
	Minutes             IntColumn  `json:"minutes"`
	Job                 IDColumn   `json:"job"`
	Kind                WordColumn `json:"kind"`
	Blocks              WordColumn `json:"blocks"`
	Answer              WordColumn `json:"answer"`
	Visibility          WordColumn `json:"visibility"`
	Available           IntColumn  `json:"available"`
	Percent             IntColumn  `json:"percent"`
	Displayed           IntColumn  `json:"displayed"`
	Badge               WordColumn `json:"badge"`
	Rule                WordColumn `json:"rule"`
	Format              WordColumn `json:"format"`
	Channel             WordColumn `json:"channel"`
	Proposals           WordColumn `json:"proposals"`
	ScheduledAt         IntColumn  `json:"scheduled_at"`
	OverLimitMinutes    IntColumn  `json:"over_limit_minutes"`
	Lot                 IntColumn  `json:"lot"`
	ExpiresAt           IntColumn  `json:"expires_at"`
	Month               WordColumn `json:"month"`
	Proposal            IDColumn   `json:"proposal"`
	Category            WordColumn `json:"category"`
	Connects            IntColumn  `json:"connects"`
	HourlyRate          IntColumn  `json:"hourly_rate"`
	Test                WordColumn `json:"test"`
	Score               IntColumn  `json:"score"`
	Title               TextColumn `json:"title" of:"JobPosted JobEdited ProfileDescribed"`
	Description         TextColumn `json:"description" of:"JobPosted JobEdited"`
	Skills              TextColumn `json:"skills" of:"JobPosted JobEdited ProfileDescribed"`
	Introduction        TextColumn `json:"introduction" of:"ProfileDescribed"`
	Portfolio           TextColumn `json:"portfolio" of:"ProfileDescribed"`
	Comment             TextColumn `json:"comment" of:"FeedbackSubmitted FeedbackRevised FeedbackResponded"`
	Budget              IntColumn  `json:"budget"`
	RateMin             IntColumn  `json:"rate_min"`
	RateMax             IntColumn  `json:"rate_max"`
	Duration            WordColumn `json:"duration"`
	Questions           TextColumn `json:"questions" of:"JobPosted JobEdited"`
	Emptied             WordColumn `json:"emptied"`
	Question            IDColumn   `json:"question"`
	Text                TextColumn `json:"text" of:"QuestionAsked QuestionAnswered"`
}

// NoValue is the index of an event that has no such field.
const NoValue = -1

// Index is where each event of a block has its value, NoValue if it has none. It may
// end early: the events behind its end have none either, so a field that no event
// of the block has costs nothing.
type Index []int32

// At is the index of the i-th event.
func (x Index) At(i int) int32 {
	if i < len(x) {
		return x[i]
	}
	return NoValue
}

// IDColumn is a column of ids. No two values need be different, but the fewer
// there are, the faster is a fold.
type IDColumn struct {
	Index  Index
	Values []uuid.UUID
}

// IntColumn is a column of integers, or of truth values as 0 and 1.
type IntColumn struct {
	Index  Index
	Values []int64
}

// WordColumn is a column of names or words, or of lists of words or ids with commas between.
type WordColumn struct {
	Index  Index
	Values Words
}

// TextColumn is a column of personal text, or of lists of it as TextList has them, or of
// lists of objects with it, JSON as in the event.
type TextColumn struct {
	Index  Index
	Values Words
}

// Words are strings one after the other: the i-th is
// Bytes[Offsets[i]:Offsets[i+1]].
type Words struct {
	Bytes   []byte
	Offsets []uint32 // one more than there are words; none if there are no words
}

// Len is 0 of zero Words, which have no offsets.
func (w *Words) Len() int { return max(0, len(w.Offsets)-1) }

// At is a part of Bytes, not a copy, and panics beyond Len.
func (w *Words) At(i int) []byte { return w.Bytes[w.Offsets[i]:w.Offsets[i+1]] }

func (w *Words) add(word string) {
	if len(w.Offsets) == 0 {
		w.Offsets = append(w.Offsets, 0)
	}
	w.Bytes = append(w.Bytes, word...)
	w.Offsets = append(w.Offsets, uint32(len(w.Bytes)))
}

// Column is a field's column in a block: one of the three is not nil.
type Column struct {
	Name  string // the field's JSON name
	IDs   *IDColumn
	Ints  *IntColumn
	Words *WordColumn // of a TextColumn too

	texts []string // of a TextColumn, the types of whose events it is; nil: all, and words
}

// Personal reports whether the column holds personal text.
func (c *Column) Personal() bool { return c.texts != nil }

// Columns lists the block's columns of ColumnFields, in their order there.
func (f *ColumnBlock) Columns() []Column {
	v := reflect.ValueOf(&f.ColumnFields).Elem()
	columns := make([]Column, v.NumField())
	for i := range columns {
		c := &columns[i]
		c.Name = v.Type().Field(i).Tag.Get("json")
		switch p := v.Field(i).Addr().Interface().(type) {
		case *IDColumn:
			c.IDs = p
		case *IntColumn:
			c.Ints = p
		case *WordColumn:
			c.Words = p
		case *TextColumn:
			c.Words = (*WordColumn)(p)
			c.texts = strings.Fields(v.Type().Field(i).Tag.Get("of"))
		}
	}
	return columns
}

func (c *Column) index() *Index {
	switch {
	case c.IDs != nil:
		return &c.IDs.Index
	case c.Ints != nil:
		return &c.Ints.Index
	default:
		return &c.Words.Index
	}
}

// Empty makes a column in which no event has a value.
func (c *Column) Empty() {
	switch {
	case c.IDs != nil:
		c.IDs.Index, c.IDs.Values = c.IDs.Index[:0], c.IDs.Values[:0]
	case c.Ints != nil:
		c.Ints.Index, c.Ints.Values = c.Ints.Index[:0], c.Ints.Values[:0]
	default:
		c.Words.reset()
	}
}

// Len counts events.
func (f *ColumnBlock) Len() int { return len(f.Positions) }

// Reset empties the block and keeps its memory.
func (f *ColumnBlock) Reset() {
	f.Positions, f.Revisions, f.OccurredAt = f.Positions[:0], f.Revisions[:0], f.OccurredAt[:0]
	f.Streams.reset()
	f.Types.reset()
	for _, c := range f.Columns() {
		c.Empty()
	}
}

func (c *WordColumn) reset() {
	c.Index, c.Values.Bytes, c.Values.Offsets = c.Index[:0], c.Values.Bytes[:0], c.Values.Offsets[:0]
}

// ErrBrokenColumns says that the columns of a block do not fit together: its store is
// damaged or has a defect.
var ErrBrokenColumns = fault.New("event", "broken_facts").With(nil, "the columns of a block do not fit together")

// ColumnError says where a block of columns is broken. Nothing of an event's content
// is in it.
type ColumnError struct {
	Column   string   // stream, type, or a field's JSON name; "" for the block as a whole
	Position Position // of the first event that is concerned; 0 if it is all of them
	Detail   string
}

func (e *ColumnError) Error() string {
	var b strings.Builder
	b.WriteString(ErrBrokenColumns.Error())
	if e.Column != "" {
		b.WriteString(": column " + e.Column)
	}
	if e.Position != 0 {
		fmt.Fprintf(&b, ": position %d", e.Position)
	}
	return b.String() + ": " + e.Detail
}

// Unwrap makes errors.Is(err, ErrBrokenColumns) work.
func (e *ColumnError) Unwrap() error { return ErrBrokenColumns }

// Code is "broken_facts", whatever is broken.
func (e *ColumnError) Code() string { return "broken_facts" }

// Check finds out whether every index of the block has its value and positions
// grow, so that a fold needs not look. It fails with a *ColumnError.
func (f *ColumnBlock) Check() error {
	n := f.Len()
	if n > MaxBlockEvents {
		return &ColumnError{Detail: fmt.Sprintf("%d events; at most %d", n, MaxBlockEvents)}
	}
	if len(f.Revisions) != n || len(f.OccurredAt) != n {
		return &ColumnError{Detail: "columns differ in length"}
	}
	for i := 1; i < n; i++ {
		if f.Positions[i] <= f.Positions[i-1] {
			return &ColumnError{Position: f.Positions[i], Detail: "not after the position before it"}
		}
	}
	if len(f.Streams.Index) != n || len(f.Types.Index) != n {
		return &ColumnError{Detail: "columns differ in length"}
	}
	if err := f.checkWords("stream", &f.Streams, 0); err != nil {
		return err
	}
	if err := f.checkWords("type", &f.Types, 0); err != nil {
		return err
	}
	for _, c := range f.Columns() {
		var err error
		switch {
		case c.IDs != nil:
			err = f.checkIndex(c.Name, c.IDs.Index, NoValue, len(c.IDs.Values))
		case c.Ints != nil:
			err = f.checkIndex(c.Name, c.Ints.Index, NoValue, len(c.Ints.Values))
		default:
			err = f.checkWords(c.Name, c.Words, NoValue)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *ColumnBlock) checkWords(column string, c *WordColumn, lowest int32) error {
	from := uint32(0)
	for _, to := range c.Values.Offsets {
		if to < from || uint64(to) > uint64(len(c.Values.Bytes)) {
			return &ColumnError{Column: column, Detail: "a value's offsets are out of order"}
		}
		from = to
	}
	return f.checkIndex(column, c.Index, lowest, c.Values.Len())
}

func (f *ColumnBlock) checkIndex(column string, index Index, lowest int32, values int) error {
	if len(index) > f.Len() {
		return &ColumnError{Column: column, Detail: "the column has more events than the block"}
	}
	end := uint32(min(values, math.MaxInt32)) - uint32(lowest)
	for i, v := range index {
		if uint32(v)-uint32(lowest) >= end { // below the lowest wraps around
			return &ColumnError{Column: column, Position: f.Positions[i], Detail: "the event has no value that exists"}
		}
	}
	return nil
}
