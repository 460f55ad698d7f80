package replay

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// positions knows what the names of positions stand for. A name takes the
// value that it first meets, which no other name has.
type positions struct {
	values map[string]uint64
}

func newPositions() *positions { return &positions{values: make(map[string]uint64)} }

var (
	name      = regexp.MustCompile(`@\d+([+-]\d+)?`)
	wholeName = regexp.MustCompile(`^@\d+([+-]\d+)?$|^C:@\d+([+-]\d+)?/P:@\d+([+-]\d+)?$`)
)

// named reports whether a text of a scenario stands for one with positions.
func named(text string) bool { return wholeName.MatchString(text) }

// value is what a name, with what is to be added, stands for.
func (p *positions) value(name string) (uint64, bool) {
	base, delta := name, ""
	if i := strings.IndexAny(name, "+-"); i > 0 {
		base, delta = name[:i], name[i:]
	}
	v, known := p.values[base]
	if delta != "" {
		n, _ := strconv.ParseInt(delta, 10, 64) // of digits, as name demands
		v += uint64(n)
	}
	return v, known
}

// expand writes a request with the values of its positions.
func (p *positions) expand(v any) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		expanded := make(map[string]any, len(v))
		for k, field := range v {
			var err error
			if expanded[k], err = p.expand(field); err != nil {
				return nil, err
			}
		}
		return expanded, nil
	case []any:
		expanded := make([]any, len(v))
		for i, element := range v {
			var err error
			if expanded[i], err = p.expand(element); err != nil {
				return nil, err
			}
		}
		return expanded, nil
	case string:
		return p.expandText(v)
	}
	return v, nil
}

func (p *positions) expandText(text string) (string, error) {
	if !named(text) {
		return text, nil
	}
	var unknown error
	return name.ReplaceAllStringFunc(text, func(n string) string {
		v, known := p.value(n)
		if !known {
			unknown = fmt.Errorf("the request names the position %s, which was not met", n)
		}
		return strconv.FormatUint(v, 10)
	}), unknown
}

// match reports whether an answer's text is what one of a scenario with
// positions stands for, and takes the values of names that it meets for the
// first time.
func (p *positions) match(want, got string) bool {
	pattern := "^" + name.ReplaceAllString(regexp.QuoteMeta(plain(want)), `(\d+)`) + "$"
	values := regexp.MustCompile(pattern).FindStringSubmatch(got)
	if values == nil {
		return false
	}
	for i, n := range name.FindAllString(want, -1) {
		v, err := strconv.ParseUint(values[i+1], 10, 64)
		if err != nil || !p.take(n, v) {
			return false
		}
	}
	return true
}

// plain leaves out what is added to positions, which a pattern needs not.
func plain(text string) string {
	return name.ReplaceAllStringFunc(text, func(n string) string {
		return n[:1+strings.IndexFunc(n[1:]+"+", func(r rune) bool { return r == '+' || r == '-' })]
	})
}

// take compares the value of a name or, the first time, keeps it.
func (p *positions) take(name string, v uint64) bool {
	if have, known := p.value(name); known {
		return have == v
	}
	if strings.ContainsAny(name, "+-") || v == 0 || v == math.MaxUint64 {
		return false
	}
	for _, other := range p.values {
		if other == v {
			return false
		}
	}
	p.values[name] = v
	return true
}

// ordered compares the values with the order that a scenario gives.
func (p *positions) ordered(names []string) error {
	met := slices.DeleteFunc(slices.Clone(names), func(n string) bool { _, known := p.values[n]; return !known })
	if len(met) != len(names) {
		return fmt.Errorf("of the positions %v only %v were met", names, met)
	}
	for i := 1; i < len(names); i++ {
		if a, b := names[i-1], names[i]; p.values[a] >= p.values[b] {
			return fmt.Errorf("position %s is %d and %s is %d, which should be after it", a, p.values[a], b, p.values[b])
		}
	}
	return nil
}
