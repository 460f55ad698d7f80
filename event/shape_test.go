package event

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// go vet refuses such a struct, a registry must as well.
func TestShapeRefusesTwoFieldsOfOneName(t *testing.T) {
	text := reflect.TypeFor[string]()
	_, err := shapeOf(reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: text, Tag: `json:"a"`},
		{Name: "B", Type: text, Tag: `json:"b"`},
	}))
	require.NoError(t, err)
	_, err = shapeOf(reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: text, Tag: `json:"a"`},
		{Name: "B", Type: text, Tag: `json:"a"`},
	}))
	require.ErrorContains(t, err, "field B needs a name of its own")
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
