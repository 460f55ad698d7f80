package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/catalogue"
)

// TestIncompatible: what readers of a released version would stumble over is named.
func TestIncompatible(t *testing.T) {
	const was = `{"type":"object","description":"an event","properties":{"side":{"type":"string","enum":["client","freelancer"]},"amount":{"type":"integer"}},"required":["side"],"additionalProperties":false}`
	for name, row := range map[string]struct {
		now    string
		faults []string
	}{
		"the same":           {was, nil},
		"other words of it":  {`{"type":"object","description":"a fact","properties":{"side":{"type":"string","enum":["client","freelancer"]},"amount":{"type":"integer","description":"minor units"}},"required":["side"],"additionalProperties":false}`, nil},
		"another word":       {`{"type":"object","properties":{"side":{"type":"string","enum":["client","freelancer","platform"]},"amount":{"type":"integer"}},"required":["side"],"additionalProperties":false}`, nil},
		"a word less":        {`{"type":"object","properties":{"side":{"type":"string","enum":["client"]},"amount":{"type":"integer"}},"required":["side"],"additionalProperties":false}`, []string{"E.v1.json properties side enum: freelancer is gone"}},
		"a field more":       {`{"type":"object","properties":{"side":{"type":"string","enum":["client","freelancer"]},"amount":{"type":"integer"},"description":{"type":"string"}},"required":["side"],"additionalProperties":false}`, []string{"E.v1.json properties description: it is new"}},
		"a field less":       {`{"type":"object","properties":{"side":{"type":"string","enum":["client","freelancer"]}},"required":["side"],"additionalProperties":false}`, []string{"E.v1.json properties amount: it is gone"}},
		"always there now":   {`{"type":"object","properties":{"side":{"type":"string","enum":["client","freelancer"]},"amount":{"type":"integer"}},"required":["amount","side"],"additionalProperties":false}`, []string{"E.v1.json required: was [side], is [amount side]"}},
		"of another type":    {`{"type":"object","properties":{"side":{"type":"string","enum":["client","freelancer"]},"amount":{"type":"string"}},"required":["side"],"additionalProperties":false}`, []string{"E.v1.json properties amount type: was integer, is string"}},
		"words for any text": {`{"type":"object","properties":{"side":{"type":"string","enum":["client","freelancer"]},"amount":{"type":"integer","enum":[1]}},"required":["side"],"additionalProperties":false}`, []string{"E.v1.json properties amount enum: it is new"}},
	} {
		t.Run(name, func(t *testing.T) {
			faults, err := catalogue.Incompatible(map[string][]byte{"E.v1.json": []byte(was)}, map[string][]byte{"E.v1.json": []byte(row.now), "F.v1.json": []byte("{}")})
			require.NoError(t, err)
			require.Equal(t, row.faults, faults)
		})
	}
	faults, err := catalogue.Incompatible(map[string][]byte{"E.v1.json": []byte(was), "asyncapi.json": nil}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"E.v1.json: it is gone"}, faults)
	_, err = catalogue.Incompatible(map[string][]byte{"E.v1.json": []byte("{")}, map[string][]byte{"E.v1.json": []byte("{}")})
	require.ErrorContains(t, err, "as it was released")
}
