package process

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"sync"
)

// MemoryCheckpoint keeps the agenda in memory. The zero value is ready for use.
type MemoryCheckpoint struct {
	mu    sync.Mutex
	saved []byte
}

// Load implements Checkpoint.
func (c *MemoryCheckpoint) Load(context.Context) (io.ReadCloser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.saved == nil {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(c.saved)), nil
}

// Save implements Checkpoint.
func (c *MemoryCheckpoint) Save(_ context.Context, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.saved = append([]byte{}, b.Bytes()...)
	return nil
}
