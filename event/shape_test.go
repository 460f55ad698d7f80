package event

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
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

// Every kind that an event uses is decoded where it is predicted, so that no
// event of ours takes the slow way without anybody noticing.
func TestEveryEventIsPredicted(t *testing.T) {
	reg := Marketplace()
	for _, typ := range Types() {
		v := reflect.ValueOf(typ.Event).Elem()
		sh := reg.types[typ.Event.EventType()].shape
		for i := range v.NumField() { // a week that exists; zero is fine for the rest
			if w, ok := v.Field(i).Addr().Interface().(*Week); ok {
				*w = Week{2016, 5}
			}
		}
		data, err := sh.append(nil, v)
		require.NoError(t, err)
		for _, d := range []*Decoder{reg.NewDecoder(), reg.NewFoldDecoder()} {
			end, ok := d.fields(d.target(typ.Event.EventType()).slots, data, 0)
			require.True(t, ok && end == len(data), "%s %s", typ.Event.EventType(), data)
			meta, err := appendMeta(nil, typ.Version, Meta{Actor: ActorTimer})
			require.NoError(t, err)
			require.True(t, d.predictedMeta(meta, &Envelope{}))
		}
	}
}
