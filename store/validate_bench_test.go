package store_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// BenchmarkValidate is what every store spends on checking one event before it
// is written; most of it goes to seeing that data and metadata are JSON.
func BenchmarkValidate(b *testing.B) {
	milestone := uuid.New()
	p, err := event.Marketplace().Encode(uuid.New(), event.Meta{Actor: event.ActorClient}, &event.MilestoneFunded{Milestone: milestone, Amount: 500_00})
	require.NoError(b, err)
	w := store.Write{Stream: event.ContractStream(milestone), Expected: store.NoStream, Events: []event.Proposed{p}}
	b.ReportAllocs()
	for b.Loop() {
		if err := store.Validate(w); err != nil {
			b.Fatal(err)
		}
	}
}
