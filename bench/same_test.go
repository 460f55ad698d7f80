package bench

import (
	"context"
	"testing"
)

// TestSame shows that every library does the work: what was paid is the same in
// all of them, whether the events came one by one or in bulk.
func TestSame(t *testing.T) {
	const n, events = 3, 50
	var each int64
	for i := 1; i < events; i++ {
		each += amountOf(i)
	}
	for _, lib := range libraries() {
		for name, fill := range map[string]func(context.Context, ledger) error{
			"one by one": func(ctx context.Context, l ledger) error { return fillOneByOne(ctx, l, n, events) },
			"in bulk":    func(ctx context.Context, l ledger) error { return l.fill(ctx, n, events) },
		} {
			t.Run(lib.name+"/"+name, func(t *testing.T) {
				ctx := t.Context()
				l := lib.open()
				if err := fill(ctx, l); err != nil {
					t.Fatal(err)
				}
				for c := range n {
					k, err := l.load(ctx, contractID(c))
					if err != nil {
						t.Fatal(err)
					}
					if !k.hasPaid(each) || k.hasPaid(each-1) {
						t.Errorf("contract %d has not paid %d", c, each)
					}
				}
				if got, err := l.fold(ctx); err != nil || got != n*each {
					t.Errorf("paid %d, want %d (error %v)", got, n*each, err)
				}
			})
		}
	}
}
