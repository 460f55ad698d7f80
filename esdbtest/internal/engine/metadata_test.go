package engine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func number(n int64) *int64 { return &n }

// TestParseMetadata: what metadata says to the database. In most of these a
// $tb of 2 tells whether the rest made it void.
func TestParseMetadata(t *testing.T) {
	t.Parallel()
	tb := Metadata{TruncateBefore: number(2)}
	none := Metadata{}
	for text, want := range map[string]Metadata{
		``:                              none,
		`{}`:                            none,
		`[]`:                            none,
		`5`:                             none,
		`"x"`:                           none,
		`null`:                          none,
		`not json`:                      none,
		`{"$tb":2`:                      none,
		`{"$tb":2}`:                     tb,
		`{"$tb":2} and more`:            tb,
		"\ufeff{\"$tb\":2}":             tb,
		`{"$tb":2,}`:                    tb,
		`{"$tb":2,,}`:                   none,
		`{,"$tb":2}`:                    none,
		`{'$tb':2}`:                     tb,
		`{$tb:2}`:                       tb,
		`{"$tb":0x2}`:                   tb,
		`{"$tb":002}`:                   tb,
		`{"$tb":09}`:                    none,
		`{"$tb":+2}`:                    none,
		`{"$tb":1-2}`:                   none,
		`{"$tb":2 /* comment */}`:       none,
		`/* comment */{"$tb":2}`:        none,
		`{"a":[/* comment */],"$tb":2}`: tb,
		`{"a":{"b":undefined,"c":[,1,],"d":NaN,"e":-Infinity},"$tb":2}`: tb,
		`{"a":,"$tb":2}`:                        tb,
		`{"a":"\x","$tb":2}`:                    none,
		`{"a":"\ud83d\ude00\ud83d\"'","$tb":2}`: tb,
		`{"a":'"\'',"$tb":2}`:                   tb,
		`{"a":nul,"$tb":2}`:                     none,
		`{"a":1x,"$tb":2}`:                      none,

		`{"$tb":-1}`:                         none,
		`{"$tb":2.0}`:                        none,
		`{"$tb":2e0}`:                        none,
		`{"$tb":"2"}`:                        none,
		`{"$tb":null}`:                       none,
		`{"$tb":9223372036854775808}`:        none,
		`{"$tb":1,"$tb":2}`:                  tb,
		`{"$tb":"x","$tb":2}`:                none,
		`{"$TB":3,"$tb":2}`:                  tb,
		`{"x":{"$tb":3},"$tb":2}`:            tb,
		`{"$maxCount":0,"$tb":2}`:            tb,
		`{"$maxCount":-7,"$tb":2}`:           tb,
		`{"$maxCount":true,"$tb":2}`:         none,
		`{"$maxCount":1,"$maxCount":0}`:      none,
		`{"$maxCount":3,"$maxAge":4}`:        {MaxCount: number(3), MaxAge: number(4)},
		`{"$maxAge":0,"$tb":2}`:              tb,
		`{"$maxAge":1.5,"$tb":2}`:            none,
		`{"$maxAge":922337203685}`:           {MaxAge: number(922337203685)},
		`{"$maxAge":922337203686,"$tb":2}`:   none,
		`{"$maxAge":-922337203686,"$tb":2}`:  none,
		`{"$cacheControl":5,"$tb":2}`:        tb,
		`{"$cacheControl":"5","$tb":2}`:      none,
		`{"$tmp":true,"$tb":2}`:              tb,
		`{"$tmp":1,"$tb":2}`:                 none,
		`{"$acl":"$systemStreamAcl"}`:        none,
		`{"$acl":null,"$tb":2}`:              none,
		`{"$acl":{"$r":null},"$tb":2}`:       none,
		`{"$acl":{"$r":5},"$tb":2}`:          none,
		`{"$acl":{"$r":["a",5]},"$tb":2}`:    none,
		`{"$acl":{"$r":[/**/"a"]},"$tb":2}`:  none,
		`{"$acl":{"other":"a"},"$tb":2}`:     none,
		`{"$acl":{}}`:                        {ACL: &ACL{}},
		`{"$acl":{"$r":"a"},"$acl":{}}`:      {ACL: &ACL{}},
		`{"$acl":{"$w":"bob"}}`:              {ACL: &ACL{Write: Roles{"bob"}}},
		`{"$acl":{"$mr":["a","b"],"$d":[]}}`: {ACL: &ACL{MetaRead: Roles{"a", "b"}, Delete: Roles{}}},
		deep(maxJSONDepth - 1):               tb,
		deep(maxJSONDepth):                   none,
	} {
		got := parseMetadata(&Record{Event: Event{JSON: true, Data: []byte(text)}})
		require.Equal(t, want, got, text)
		require.Equal(t, none, parseMetadata(&Record{Event: Event{Data: []byte(text)}}), "octets: "+text)
	}
	require.Equal(t, none, parseMetadata(nil))
}

// deep is metadata with lists, one in another.
func deep(n int) string {
	return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `,"$tb":2}`
}

// FuzzJSON: what is written can be read again, and is then written the same.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,2.5,'x',0x1F,NaN,null,undefined,"\u0001\ud800"],b:/* c */{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, _, err := readJSON(data)
		if err != nil {
			return
		}
		text := v.String()
		again, rest, err := readJSON([]byte(text))
		require.NoError(t, err, text)
		require.Empty(t, rest)
		require.Equal(t, text, again.String())
	})
}
