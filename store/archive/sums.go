package archive

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	// blockBytes is what one checksum is of.
	blockBytes = 128 << 10
	// cachedBlocks is how many blocks of all files stay in memory: those that
	// the columns of a few readings have in hand.
	cachedBlocks = 256
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func blocks(bytes int64) int64 { return (bytes + blockBytes - 1) / blockBytes }

// sums are the CRC-32C of a file's blocks, in order.
type sums []uint32

// MarshalText writes 8 hexadecimal digits a sum.
func (s sums) MarshalText() ([]byte, error) {
	raw := make([]byte, 4*len(s))
	for i, sum := range s {
		binary.BigEndian.PutUint32(raw[4*i:], sum)
	}
	return hex.AppendEncode(nil, raw), nil
}

// UnmarshalText reads them.
func (s *sums) UnmarshalText(text []byte) error {
	raw, err := hex.AppendDecode(nil, text)
	if err != nil || len(raw)%4 != 0 {
		return fmt.Errorf("no checksums")
	}
	*s = make(sums, len(raw)/4)
	for i := range *s {
		(*s)[i] = binary.BigEndian.Uint32(raw[4*i:])
	}
	return nil
}

// A summer takes the sums of what is written to it.
type summer struct {
	sums  sums
	block uint32 // of the block that is not full
	fill  int
	bytes int64
}

func (s *summer) Write(p []byte) (int, error) {
	n := len(p)
	s.bytes += int64(n)
	for len(p) > 0 {
		part := p[:min(len(p), blockBytes-s.fill)]
		s.block = crc32.Update(s.block, castagnoli, part)
		p = p[len(part):]
		if s.fill += len(part); s.fill == blockBytes {
			s.end()
		}
	}
	return n, nil
}

// end closes the last block.
func (s *summer) end() sums {
	if s.fill > 0 {
		s.sums = append(s.sums, s.block)
		s.block, s.fill = 0, 0
	}
	return s.sums
}

// A checked file gives out no byte of a block that has not its checksum. It is
// safe for concurrent use.
type checked struct {
	file  io.ReaderAt
	name  string
	bytes int64
	sums  sums
	cache *blockCache
}

// blockCache holds blocks of several files. It is a type of its own since the
// compiler of Go 1.25 breaks at an alias that leads back to itself.
type blockCache struct{ *lru.Cache[blockKey, []byte] }

type blockKey struct {
	file  *checked
	block int64
}

func newBlockCache() *blockCache {
	cache, _ := lru.New[blockKey, []byte](cachedBlocks) // fails only for a size below 1
	return &blockCache{cache}
}

// ReadAt implements io.ReaderAt.
func (c *checked) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 || off >= c.bytes {
		return 0, io.EOF
	}
	for n < len(p) && off+int64(n) < c.bytes {
		at := off + int64(n)
		block, err := c.block(at / blockBytes)
		if err != nil {
			return n, err
		}
		n += copy(p[n:], block[at%blockBytes:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (c *checked) block(i int64) ([]byte, error) {
	if b, there := c.cache.Get(blockKey{c, i}); there {
		return b, nil
	}
	b := make([]byte, min(blockBytes, c.bytes-i*blockBytes))
	if n, err := c.file.ReadAt(b, i*blockBytes); n < len(b) {
		if err == io.EOF {
			return nil, corrupt(0, nil, "%s is shorter than the manifest says", c.name)
		}
		return nil, failure(err)
	}
	if crc32.Checksum(b, castagnoli) != c.sums[i] {
		return nil, corrupt(0, nil, "%s has not its checksum at byte %d", c.name, i*blockBytes)
	}
	c.cache.Add(blockKey{c, i}, b)
	return b, nil
}
