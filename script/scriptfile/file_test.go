package scriptfile_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/script/scriptfile"
)

const (
	everyCommand = "../testdata/every_command.ndjson"
	good         = `{"id":"11111111-2222-3333-4444-555555555555","at":"2016-01-24T00:01:00Z","cmd":"RegisterClient","client":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"}`
)

// read reads a whole script.
func read(t testing.TB, r io.Reader) (lines []*script.Line, err error) {
	t.Helper()
	for l, e := range script.NewReader(r).Lines() {
		require.NoError(t, err, "an error is the last pair")
		if err = e; err == nil {
			lines = append(lines, l)
		}
	}
	return lines, err
}

func compress(t testing.TB, text string, options ...zstd.EOption) []byte {
	w, err := zstd.NewWriter(nil, append([]zstd.EOption{zstd.WithEncoderConcurrency(1)}, options...)...)
	require.NoError(t, err)
	return w.EncodeAll([]byte(text), nil)
}

func gzipped(t testing.TB, text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// wide is text in UTF-16.
func wide(t testing.TB, order binary.ByteOrder, text string) []byte {
	var b bytes.Buffer
	require.NoError(t, binary.Write(&b, order, utf16.Encode([]rune(text))))
	return b.Bytes()
}

func save(t testing.TB, name string, data []byte) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func open(t testing.TB, path string) *scriptfile.File {
	f, err := scriptfile.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

func TestOpen(t *testing.T) {
	text := strings.Repeat(good+"\n", 3000)
	packed := compress(t, text)
	for _, tc := range []struct {
		name string
		data []byte
		want string
	}{
		{"plain.ndjson", []byte(text), text},
		{"packed.ndjson.zst", packed, text},
		{"two-frames.ndjson.zst", append(bytes.Clone(packed), packed...), text + text},
		{"nothing-packed.ndjson.zst", compress(t, "", zstd.WithZeroFrames(true)), ""},
		{"empty.ndjson", nil, ""},
		{"packed-but-not-by-name.ndjson", packed, text},
		{"BY-NAME.NDJSON.ZST", packed, text},
		{"skippable-frame-first.ndjson", append([]byte("\x53\x2a\x4d\x18\x03\x00\x00\x00abc"), packed...), text},
		{"gzip.ndjson.gz", gzipped(t, text), text},
		{"two-members.GZ", append(gzipped(t, text), gzipped(t, text)...), text + text},
		{"gzip-but-not-by-name", gzipped(t, text), text},
		{"gzip-though-named.zst", gzipped(t, text), text},
		{"marked.ndjson", []byte("\ufeff" + text), text},
		{"marked-inside.zst", compress(t, "\ufeff"+text), text},
		{"a-mark-later.ndjson", []byte(good + "\n\ufeff" + good), good + "\n\ufeff" + good},
		{"short", []byte("{"), "{"},
		{"only-marked", []byte("\ufeff"), ""},
		{"a-list-is-a-line", []byte("[1]\n" + text), "[1]\n" + text},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := open(t, save(t, tc.name, tc.data))
			require.EqualValues(t, len(tc.data), f.Size())
			require.Zero(t, f.Consumed())
			got, err := io.ReadAll(f)
			require.NoError(t, err)
			require.Equal(t, tc.want, string(got))
			require.Equal(t, f.Size(), f.Consumed())
		})
	}
}

// What is no script as one can be read is refused before a line of it is.
func TestFormats(t *testing.T) {
	array := "[" + good + ",\n" + good + "]"
	for name, tc := range map[string]struct {
		data  []byte
		words string
	}{
		"UTF-16, little":          {wide(t, binary.LittleEndian, "\ufeff"+good), "UTF-16"},
		"UTF-16, big":             {wide(t, binary.BigEndian, "\ufeff"+good), "UTF-16"},
		"UTF-16 without a mark":   {wide(t, binary.LittleEndian, good), "UTF-16"},
		"UTF-16, big, not marked": {wide(t, binary.BigEndian, good), "UTF-16"},
		"UTF-32":                  {[]byte("\x00\x00\xfe\xff\x00\x00\x00{"), "UTF-32"},
		"UTF-16, packed":          {gzipped(t, string(wide(t, binary.LittleEndian, good))), "UTF-16"},
		"an array":                {[]byte(array), "JSON array"},
		"an array on many lines":  {[]byte("\n [\n  {\n"), "JSON array"},
		"an array behind a mark":  {[]byte("\ufeff" + array), "JSON array"},
		"an array, packed":        {compress(t, array), "JSON array"},
		"bzip2":                   {[]byte("BZh91AY&SY"), "compressed with bzip2"},
		"xz":                      {[]byte("\xfd7zXZ\x00\x00\x04"), "compressed with xz"},
		"lz4":                     {[]byte("\x04\x22\x4d\x18\x64"), "compressed with lz4"},
		"zip":                     {[]byte("PK\x03\x04\x14\x00"), "compressed with zip"},
		"gzip in zstd":            {compress(t, string(gzipped(t, good))), "compressed twice"},
		"bzip2 in gzip":           {gzipped(t, "BZh91AY&SY"), "compressed with bzip2"},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, save(t, "s.ndjson", tc.data))
			for _, r := range []io.Reader{f, scriptfile.NewReader(iotest.OneByteReader(bytes.NewReader(tc.data)))} {
				for range 2 { // asked again, it says so again
					lines, err := read(t, r)
					require.Empty(t, lines)
					require.ErrorIs(t, err, script.ErrFormat)
					require.ErrorContains(t, err, tc.words)
				}
			}
		})
	}
}

// A stream is read as a file is, and no more of it is waited for than its format
// takes to tell.
func TestNewReader(t *testing.T) {
	text := strings.Repeat(good+"\n", 3000)
	for name, data := range map[string][]byte{
		"plain": []byte(text), "marked": []byte("\ufeff" + text), "zstd": compress(t, text), "gzip": gzipped(t, text),
	} {
		for _, from := range []io.Reader{bytes.NewReader(data), iotest.OneByteReader(bytes.NewReader(data))} {
			r := scriptfile.NewReader(from)
			got, err := io.ReadAll(r)
			require.NoError(t, err, name)
			require.Equal(t, text, string(got), name)
			require.NoError(t, r.Close())
		}
	}
	_, err := io.ReadAll(scriptfile.NewReader(bytes.NewReader(gzipped(t, text)[:50])))
	require.ErrorIs(t, err, script.ErrCorrupt)
	require.ErrorContains(t, err, "cut short")

	pr, pw := io.Pipe()
	defer pw.Close()
	go func() { _, _ = pw.Write([]byte(good + "\n")) }()
	line := make([]byte, len(good))
	_, err = io.ReadFull(scriptfile.NewReader(pr), line)
	require.NoError(t, err)
	require.Equal(t, good, string(line))
}

// Progress: the compressed bytes consumed grow while lines come.
func TestConsumed(t *testing.T) {
	var text bytes.Buffer
	for i := range 50_000 {
		text.WriteString(good[:7] + string(rune('a'+i%26)) + good[7:] + strings.Repeat(" ", i*7919%512) + "\n")
	}
	f := open(t, save(t, "s.ndjson.zst", compress(t, text.String(), zstd.WithWindowSize(128<<10))))
	var half int64
	n := 0
	for _, err := range script.NewReader(f).Lines() {
		require.NoError(t, err)
		if n++; n == 25_000 {
			half = f.Consumed()
		}
	}
	require.Greater(t, half, f.Size()/4)
	require.Less(t, half, f.Size())
	require.Equal(t, f.Size(), f.Consumed())
}

func TestOpenFails(t *testing.T) {
	dir := t.TempDir()
	_, err := scriptfile.Open(filepath.Join(dir, "none.ndjson"))
	require.ErrorIs(t, err, script.ErrNotFound)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "none.ndjson")

	_, err = scriptfile.Open(dir)
	require.ErrorIs(t, err, script.ErrIsDirectory)
	require.ErrorContains(t, err, dir)

	packed := filepath.Join(dir, "s.zst")
	require.NoError(t, os.Mkdir(packed, 0o700))
	_, err = scriptfile.Open(packed)
	require.ErrorIs(t, err, script.ErrIsDirectory)

	_, err = scriptfile.Open("nul\x00")
	require.ErrorIs(t, err, script.ErrUnreadable)
}

func fewCommands(t testing.TB) string {
	every, err := os.ReadFile(everyCommand)
	require.NoError(t, err)
	return strings.Join(strings.SplitAfter(string(every), "\n")[28:40], "")
}

// A compressed script that was cut anywhere gives the lines before the cut and
// then an error. Only between two frames nobody can tell.
func TestTruncated(t *testing.T) {
	lines := fewCommands(t)
	first := compress(t, lines[:len(lines)/2])
	for name, second := range map[string][]byte{
		"checksum":    compress(t, lines[len(lines)/2:]),
		"no checksum": compress(t, lines[len(lines)/2:], zstd.WithEncoderCRC(false)),
		"skippable":   {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'},
	} {
		t.Run(name, func(t *testing.T) {
			whole := append(bytes.Clone(first), second...)
			path := save(t, "s.ndjson.zst", whole)
			for n := len(whole) - 1; n >= 0; n-- {
				require.NoError(t, os.Truncate(path, int64(n)))
				f, err := scriptfile.Open(path)
				require.NoError(t, err)
				lines, err := read(t, f)
				require.NoError(t, f.Close())
				if n == len(first) {
					require.NoError(t, err)
					continue
				}
				require.ErrorIs(t, err, script.ErrCorrupt, "cut to %d of %d bytes", n, len(whole))
				require.ErrorContains(t, err, "cut short")
				for _, l := range lines {
					require.NoError(t, l.Err, "a part of a line is no line")
				}
			}
		})
	}
}

// A flipped byte is an error or changes nothing.
func TestDamaged(t *testing.T) {
	lines := fewCommands(t)
	packed := compress(t, lines)
	path := save(t, "s.ndjson.zst", nil)
	for i := range packed {
		damaged := bytes.Clone(packed)
		damaged[i] ^= 0x11
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		f, err := scriptfile.Open(path)
		require.NoError(t, err)
		got, err := io.ReadAll(f)
		require.NoError(t, f.Close())
		if err == nil {
			require.Equal(t, lines, string(got), "byte %d", i)
		} else {
			require.True(t, errors.Is(err, script.ErrCorrupt) || errors.Is(err, script.ErrUnreadable), "byte %d: %v", i, err)
		}
	}
}

func TestNotCompressed(t *testing.T) {
	_, err := read(t, open(t, save(t, "s.ndjson.zst", []byte(good+"\n"))))
	require.ErrorIs(t, err, script.ErrCorrupt)
	require.ErrorIs(t, err, zstd.ErrMagicMismatch)
	require.ErrorContains(t, err, "s.ndjson.zst: line 1: it is damaged or not compressed with zstd")

	_, err = read(t, open(t, save(t, "s.ndjson.gz", []byte(good+"\n"))))
	require.ErrorIs(t, err, script.ErrCorrupt)
	require.ErrorContains(t, err, "s.ndjson.gz: line 1: it is damaged or not compressed with gzip")
}

// A frame that asks for more memory than the limit is refused before it is given.
func TestWindowTooLarge(t *testing.T) {
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 18 << 3, 0x01, 0x00, 0x00} // a window of 256 MiB, one empty block
	_, err := read(t, open(t, save(t, "s.ndjson.zst", frame)))
	require.ErrorIs(t, err, script.ErrUnreadable)
	require.ErrorContains(t, err, "128 MiB")

	frame[5] = 17 << 3 // 128 MiB
	_, err = read(t, open(t, save(t, "s.ndjson.zst", frame)))
	require.NoError(t, err)
}
