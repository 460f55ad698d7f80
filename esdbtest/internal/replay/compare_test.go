package replay

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func value(t *testing.T, text string) any {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal([]byte(text), &v))
	return v
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		want, got string
		field     string // where they differ, empty: nowhere
	}{
		"equal":                {`{"a":["b",1,true]}`, `{"a":["b",1,true]}`, ""},
		"another value":        {`{"a":["b",1]}`, `{"a":["b",2]}`, "r.a[1]"},
		"another kind":         {`{"a":"1"}`, `{"a":1}`, "r.a"},
		"missing":              {`{"a":"b"}`, `{}`, "r.a"},
		"too much":             {`{}`, `{"a":"b"}`, "r.a"},
		"too short":            {`["a","b"]`, `["a"]`, "r[1]"},
		"too long":             {`["a"]`, `["a","b"]`, "r[1]"},
		"another order":        {`["a","b"]`, `["b","a"]`, "r[0]"},
		"anything":             {`{"a":"*"}`, `{"a":{"b":1}}`, ""},
		"anything is nothing":  {`{"a":"*"}`, `{}`, ""},
		"a star within a text": {`{"a":"b*"}`, `{"a":"bc"}`, "r.a"},
		"a position":           {`["@1","@2","@1"]`, `["5","9","5"]`, ""},
		"another position":     {`["@1","@2","@1"]`, `["5","9","9"]`, "r[2]"},
		"two of one value":     {`["@1","@2"]`, `["5","5"]`, "r[1]"},
		"no number":            {`["@1"]`, `["five"]`, "r[0]"},
		"the largest is none":  {`["@1"]`, `["18446744073709551615"]`, "r[0]"},
		"within a record":      {`["@1","@1+1","@1-2"]`, `["5","6","3"]`, ""},
		"not within":           {`["@1","@1+1"]`, `["5","7"]`, "r[1]"},
		"within a new one":     {`["@1+1"]`, `["5"]`, "r[0]"},
		"two in a text":        {`["C:@1/P:@2","@2"]`, `["C:5/P:3","3"]`, ""},
		"another in a text":    {`["@1","C:@1/P:@1"]`, `["5","C:5/P:3"]`, "r[1]"},
		"added in a text":      {`["@1","C:@1+1/P:@1"]`, `["5","C:6/P:5"]`, ""},
		"an at sign":           {`["a@1"]`, `["a@1"]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newPositions().compare("r", value(t, c.want), value(t, c.got))
			if c.field == "" {
				require.Nil(t, m)
				return
			}
			require.NotNil(t, m)
			require.Equal(t, c.field, m.field)
		})
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	p := newPositions()
	require.Nil(t, p.compare("r", []any{"@1", "@12"}, []any{"100", "200"}))
	got, err := p.expand(value(t, `{"a":["@1","@12","@1+1","@12-1","*","x@1",7,"C:@1/P:@12"]}`))
	require.NoError(t, err)
	require.Equal(t, value(t, `{"a":["100","200","101","199","*","x@1",7,"C:100/P:200"]}`), got)
	_, err = p.expand("@3")
	require.ErrorContains(t, err, "@3")
}

func TestOrdered(t *testing.T) {
	t.Parallel()
	p := newPositions()
	require.Nil(t, p.compare("r", []any{"@1", "@2"}, []any{"100", "50"}))
	require.NoError(t, p.ordered(nil))
	require.NoError(t, p.ordered([]string{"@2", "@1"}))
	require.ErrorContains(t, p.ordered([]string{"@1", "@2"}), "@2 is 50")
	require.ErrorContains(t, p.ordered([]string{"@2", "@1", "@3"}), "only [@2 @1] were met")
}
