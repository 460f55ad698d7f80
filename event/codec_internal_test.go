package event

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/jsonform"
)

// Linters refuse such structs, and a registry must as well.
func TestShapeRefusesNames(t *testing.T) {
	shapeWith := func(tags ...reflect.StructTag) error {
		var fields []reflect.StructField
		for i, tag := range tags {
			fields = append(fields, reflect.StructField{Name: string(rune('A' + i)), Type: reflect.TypeFor[string](), Tag: tag})
		}
		_, err := shapeOf(reflect.StructOf(fields))
		return err
	}
	require.NoError(t, shapeWith(`json:"a"`, `json:"B_2"`))
	require.ErrorContains(t, shapeWith(`json:"a"`, `json:"a"`), "field B needs a name of its own")
	for _, tag := range []reflect.StructTag{`json:"a\"b"`, `json:"a\\b"`, `json:"-"`, `json:"ä"`, `json:"a<b"`, `json:"a b"`} {
		require.ErrorContains(t, shapeWith(tag), "field A needs a name of its own", tag)
	}
}

// A decoder that meets more different strings than it remembers goes on.
func TestDecoderRemembersBounded(t *testing.T) {
	reg := Marketplace()
	d := reg.NewDecoder()
	for i := range 2 * jsonform.MaxWords {
		want := &TermsAccepted{Version: fmt.Sprintf("v%d%s", i, strings.Repeat("x", i%100))}
		p, err := reg.Encode(uuid.Nil, Meta{Actor: ActorClient}, want)
		require.NoError(t, err)
		env, err := d.Decode(&Record{Proposed: p})
		require.NoError(t, err)
		require.Equal(t, want, env.Event)
		require.LessOrEqual(t, len(d.words), jsonform.MaxWords)
	}
	require.Len(t, d.words, jsonform.MaxWords)
}
