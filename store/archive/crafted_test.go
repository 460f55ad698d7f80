package archive

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// A crafted archive is a valid one whose last file was changed, with every
// checksum made anew: whoever writes a file writes its sums too.
func crafted(t testing.TB, valid string, change func([]byte) []byte) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "crafted")
	require.NoError(t, os.CopyFS(dir, os.DirFS(valid)))
	m, err := ReadManifest(dir)
	require.NoError(t, err)
	f := &m.Files[len(m.Files)-1]
	path := filepath.Join(dir, f.Name)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	b = change(b)
	sum, blocks := sha256.Sum256(b), &summer{}
	_, _ = blocks.Write(b)
	f.Bytes, f.SHA256, f.CRC32C = int64(len(b)), hex.EncodeToString(sum[:]), blocks.end()
	require.NoError(t, os.WriteFile(path, b, 0o666))
	text, err := m.text()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, manifestName), text, 0o666)) // m.write waits for the disk
	return dir
}

// readInEveryWay reads an archive in each way that there is: whatever it holds, all
// of them end, with what the archive says or with an error of damage. It says
// whether there was none.
func readInEveryWay(t testing.TB, dir string, log store.Store) (whole bool) {
	t.Helper()
	whole = true
	damage := func(err error) bool {
		if err != nil {
			whole = false
			require.True(t, errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrNewerFormat) || errors.Is(err, ErrOtherLog) || errors.Is(err, ErrGap), "%v", err)
		}
		return err != nil
	}
	_, err := Export(t.Context(), log, dir, small)
	damage(err)
	s, err := Open(t.Context(), dir, Options{})
	if damage(err) {
		return
	}
	defer s.Close()
	damage(s.Verify(t.Context()))
	streams := map[string]bool{event.ContractStream(idOf("contract", 3)): true, "other": true}
	for rec, err := range s.ReadAll(t.Context(), store.Span{}) {
		if damage(err) {
			break
		}
		if len(streams) < 6 {
			streams[rec.Stream] = true
		}
	}
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	for _, err := range s.ReadAll(t.Context(), store.Span{After: head / 2, Through: head - 1}) {
		if errors.Is(err, store.ErrUnknownPosition) || damage(err) {
			break
		}
	}
	for name := range streams {
		for _, err := range s.ReadStream(t.Context(), name, 2) {
			if errors.Is(err, store.ErrStreamNotFound) || damage(err) {
				break
			}
		}
	}
	parts, err := s.ColumnParts(t.Context(), store.Span{}, event.Marketplace().ColumnSchema())
	if damage(err) {
		return
	}
	for _, p := range parts {
		var block event.ColumnBlock
		if p.Columns {
			damage(s.ReadColumns(t.Context(), p, &block))
		}
	}
	_, err = Restore(t.Context(), s, memory.New(), nil)
	damageOrInvalid(t, err)
	return whole
}

// damageOrInvalid: what a crafted archive holds may be nothing that a store takes.
func damageOrInvalid(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		var known bool
		for _, e := range []error{store.ErrCorrupt, store.ErrInvalidWrite, store.ErrTooLarge, ErrOtherLog, store.ErrConflict, store.ErrStreamNotFound} {
			known = known || errors.Is(err, e)
		}
		require.True(t, known, "%v", err)
	}
}

// claims are numbers that a reader might believe.
var claims = []uint64{0, 1, 2, 7, 127, 128, 1 << 14, 1 << 20, 1 << 28, math.MaxInt32 - 1, math.MaxInt32, math.MaxUint32, 1 << 40, math.MaxInt64, math.MaxUint64}

// mutated changes a Parquet file as a script of 7 bytes a step says: a bit, a byte,
// a run of bytes, a number in the way of Thrift, bytes that are cut or doubled, and
// any number of the footer.
func mutated(b, script []byte) []byte {
	b = append([]byte{}, b...)
	for len(script) >= 7 && len(b) > 16 {
		op, where, what := script[0], int(binary.LittleEndian.Uint32(script[1:])), int(binary.LittleEndian.Uint16(script[5:]))
		script = script[7:]
		footer := int(binary.LittleEndian.Uint32(b[len(b)-8:]))
		at := where % len(b)
		if op&16 != 0 && footer > 0 && footer < len(b)-8 { // all of a small footer is of interest
			at = len(b) - 8 - footer + where%footer
		}
		switch op % 16 {
		case 0, 1:
			b[at] ^= 1 << (what % 8)
		case 2, 3:
			b[at] = byte(what)
		case 4:
			for i := at; i < min(at+1+what%16, len(b)); i++ {
				b[i] = 0xff
			}
		case 5, 6:
			copy(b[at:], binary.AppendUvarint(nil, claims[what%len(claims)]))
		case 7:
			n := min(1+what%64, len(b)-at)
			b = append(b[:at], b[at+n:]...)
		case 8:
			n := min(1+what%64, len(b)-at)
			b = append(b[:at+n], b[at:]...)
		case 9:
			binary.LittleEndian.PutUint32(b[len(b)-8:], uint32(claims[what%len(claims)]))
		default:
			b = withFooter(b, func(m *format.FileMetaData) []byte {
				numbers := numbersOf(reflect.ValueOf(m).Elem(), nil)
				if n := len(numbers); n > 0 {
					numbers[where%n].SetInt(int64(claims[what%len(claims)]))
				}
				return nil
			})
		}
	}
	return b
}

// withFooter changes the footer of a Parquet file, if it can be read, and puts more
// bytes before it.
func withFooter(b []byte, change func(*format.FileMetaData) []byte) []byte {
	n := int(binary.LittleEndian.Uint32(b[len(b)-8:]))
	var m format.FileMetaData
	if _, err := decodeFooter(b, n, &m); err != nil {
		return b
	}
	more := change(&m)
	text, err := thrift.Marshal(new(thrift.CompactProtocol), &m)
	if err != nil {
		return b
	}
	b = append(append(b[:len(b)-8-n:len(b)-8-n], more...), text...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	return append(b, "PAR1"...)
}

func decodeFooter(b []byte, n int, m *format.FileMetaData) (_ int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if n < 0 || n > len(b)-12 {
		return 0, errors.New("no footer")
	}
	return decodeThrift(b[len(b)-8-n:len(b)-8], 1<<16, m)
}

// numbersOf finds every integer that can be set.
func numbersOf(v reflect.Value, found []reflect.Value) []reflect.Value {
	switch v.Kind() {
	case reflect.Int16, reflect.Int32, reflect.Int64:
		found = append(found, v)
	case reflect.Struct:
		for i := range v.NumField() {
			found = numbersOf(v.Field(i), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			found = numbersOf(v.Index(i), found)
		}
	}
	return found
}

// mostMemory is what reading a crafted archive of some kilobytes may take in all:
// it is read in eight ways, each with its buffers.
const mostMemory = 192 << 20

// taken is how much memory was given while something was done.
func taken(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Hundreds of crafted archives: none is more than an error, or takes memory that it
// only claims.
func TestCraftedArchives(t *testing.T) {
	long.Sequential(t)
	log := contracts(t, 15)
	valid := exportOf(t, log, small)
	extend(t, log, 15, 3)
	random := rand.New(rand.NewPCG(3, 4))
	broken, crafts := 0, long.Among(250, 250, 500)
	for n := range crafts {
		script := make([]byte, 7*(1+random.IntN(3)))
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		dir := crafted(t, valid, func(b []byte) []byte { return mutated(b, script) })
		given := taken(func() {
			if !readInEveryWay(t, dir, log) {
				broken++
			}
		})
		require.Less(t, given, uint64(mostMemory), "archive %d: %x", n, script)
		require.NoError(t, os.RemoveAll(filepath.Dir(dir)))
	}
	require.Greater(t, broken, crafts/3)
}

func FuzzArchive(f *testing.F) {
	long.Sequential(f)
	log := contracts(f, 15)
	valid := exportOf(f, log, small)
	extend(f, log, 15, 3)
	random := rand.New(rand.NewPCG(5, 6))
	for op := range 32 {
		script := []byte{byte(op), 0, 0, 0, 0, 0, 0}
		binary.LittleEndian.PutUint32(script[1:], random.Uint32())
		binary.LittleEndian.PutUint16(script[5:], uint16(random.Uint32()))
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		dir := crafted(t, valid, func(b []byte) []byte { return mutated(b, script[:min(len(script), 70)]) })
		given := taken(func() { readInEveryWay(t, dir, log) })
		require.Less(t, given, uint64(mostMemory))
	})
}
