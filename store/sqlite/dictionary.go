package sqlite

import (
	"sync"

	"github.com/ncruces/go-sqlite3"
)

const (
	blockNames = 64
	maxBlocks  = 1 << 14 // a million names, some 64 MB
)

// A dictionary holds names by their dense integer keys, for reading. Names
// never change, so what was read once stays true. It reads them in blocks of
// neighbours, which are near each other in the log too, and when it is full it
// starts anew.
type dictionary struct {
	mu     sync.RWMutex
	blocks map[int64][]string
}

func newDictionary() *dictionary { return &dictionary{blocks: map[int64][]string{}} }

// A lookup reads a dictionary for one goroutine and remembers where it was,
// since neighbours in the log often share a block. The statement reads names by
// a range of keys.
type lookup struct {
	*dictionary
	byRange *sqlite3.Stmt
	block   int64
	names   []string
}

// name is the name under a key, or "" if there is none.
func (l *lookup) name(key int64) (string, error) {
	if key <= 0 {
		return "", nil
	}
	block, i := key/blockNames, int(key%blockNames)
	if block == l.block && i < len(l.names) {
		return l.names[i], nil
	}
	l.mu.RLock()
	names := l.blocks[block]
	l.mu.RUnlock()
	if i >= len(names) {
		var err error
		if names, err = l.load(block, l.byRange); err != nil || i >= len(names) {
			return "", err
		}
	}
	l.block, l.names = block, names
	return names[i], nil
}

func (d *dictionary) load(block int64, byRange *sqlite3.Stmt) ([]string, error) {
	first := block * blockNames
	if err := bind(byRange, first, first+blockNames-1); err != nil {
		return nil, err
	}
	names := make([]string, 0, blockNames)
	for byRange.Step() {
		key := byRange.ColumnInt64(0)
		for int64(len(names)) < key-first {
			names = append(names, "") // key 0, and what is missing in a damaged file
		}
		names = append(names, byRange.ColumnText(1))
	}
	if err := finish(byRange); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.blocks) >= maxBlocks {
		clear(d.blocks)
	}
	d.blocks[block] = names
	return names, nil
}
