package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/sqlite"
)

func Example() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	ctx := context.Background()

	log, err := sqlite.Open(ctx, filepath.Join(dir, "market.db"), sqlite.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer log.Close()
	_, err = log.Append(ctx, store.Write{
		Stream:   "invite-0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2",
		Expected: store.NoStream,
		Events: []event.Proposed{{
			ID:       uuid.MustParse("6f1e9a52-7b53-4c57-9d0e-0d5a6cbb8a11"),
			Type:     "InviteSent",
			Data:     []byte(`{"job":"d2a5b3c4-18f6-4c56-b7a9-3e1f5a7c9b0d"}`),
			Metadata: []byte(`{"actor":"client"}`),
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for record, err := range log.ReadAll(ctx, store.Span{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(record.Position, record.Type, string(record.Data))
	}
	// Output: 1 InviteSent {"job":"d2a5b3c4-18f6-4c56-b7a9-3e1f5a7c9b0d"}
}
