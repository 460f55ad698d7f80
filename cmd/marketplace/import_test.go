package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
)

func requireEmptyFolder(t *testing.T, folder string) {
	t.Helper()
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestImportFromStandardInput(t *testing.T) {
	f, err := os.Open(histories + "/small.ndjson")
	require.NoError(t, err)
	defer f.Close()
	url := newStore(t)
	r := callWith(t.Context(), f, "import", "-", "--store", url)
	require.Zero(t, r.code, r.err)
	require.Contains(t, r.out, "Imported standard input into "+url)
	require.Equal(t, ok(t, "stats", "--store", small(t), "--as-of", moment), ok(t, "stats", "--store", url, "--as-of", moment))

	again := importScript(t, histories+"/small.ndjson", "--store", url)
	require.Regexp(t, `applied +0\n`, again)
}

// What a script lies in changes nothing of what it comes to.
func TestImportEncodings(t *testing.T) {
	text, err := os.ReadFile(histories + "/small.ndjson")
	require.NoError(t, err)
	lines := bytes.SplitAfterN(text, []byte("\n"), 201)[:200]
	plain := bytes.Join(lines, nil)
	encoder, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	var gzipped bytes.Buffer
	w := gzip.NewWriter(&gzipped)
	_, err = w.Write(plain)
	require.NoError(t, errors.Join(err, w.Close()))
	folder := t.TempDir()
	events := func(url string) int { return strings.Count(ok(t, "events", "--store", url), "\n#") }
	whole := 0
	for _, name := range []string{"plain.ndjson", "marked.ndjson", "packed.ndjson.zst", "PACKED.NDJSON.ZST", "packed.ndjson.gz", "two.ndjson.zst"} {
		data := plain
		switch {
		case strings.HasPrefix(name, "marked"):
			data = append([]byte("\ufeff"), plain...)
		case strings.HasSuffix(name, ".gz"):
			data = gzipped.Bytes()
		case strings.HasPrefix(name, "two"):
			data = encoder.EncodeAll(bytes.Join(lines[:77], nil), nil)
			data = append(data, 0x5a, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'n', 'o')
			data = encoder.EncodeAll(bytes.Join(lines[77:], nil), data)
		case strings.HasSuffix(strings.ToLower(name), ".zst"):
			data = encoder.EncodeAll(plain, nil)
		}
		t.Run(name, func(t *testing.T) {
			url := newStore(t)
			importScript(t, write(t, filepath.Join(folder, name), string(data)), "--store", url)
			if whole == 0 {
				whole = events(url)
			}
			require.Equal(t, whole, events(url))
			url = newStore(t)
			r := callWith(t.Context(), bytes.NewReader(data), "import", "-", "--store", url)
			require.Zero(t, r.code, r.err)
			require.Equal(t, whole, events(url), "from standard input")
		})
	}
}

// What is no script as one can be read is refused at once: no log is made for it.
func TestImportRefusesOtherEncodings(t *testing.T) {
	folder := t.TempDir()
	url := "sqlite://" + folder + "/market.db"
	for name, data := range map[string]string{
		"UTF-16": "\xff\xfe{\x00", "JSON array": `[{"id":`, "compressed with bzip2": "BZh91AY&SY", "cut short": "\x28\xb5\x2f\xfd",
	} {
		file := write(t, filepath.Join(folder, "script"), data)
		fails(t, exitFailed, name, "import", file, "--store", url, "--report", folder+"/report.json")
		refused(t, callWith(t.Context(), strings.NewReader(data), "import", "-", "--store", url), exitFailed, name)
	}
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 1)
}

// A file in which no line is a command is told, after it was read.
func TestImportOfNoCommands(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"text.md":       "# Notes\n\nThese are none.\n",
		"events.ndjson": `{"id":"00000000-0000-4000-8000-000000000001","type":"ClientRegistered"}` + "\n",
		"unknown":       `{"id":"00000000-0000-4000-8000-000000000001","at":"2016-01-04T09:00:00Z","cmd":"Sing"}` + "\n",
	} {
		file, url := write(t, filepath.Join(folder, name), text), newStore(t)
		for range 2 { // a line that is repeated is no command either
			r := call(t, "import", file, "--store", url, "--report", folder+"/report.json")
			require.Equal(t, exitFailed, r.code)
			require.Contains(t, r.err, "no line of "+file+" is a command")
			require.Contains(t, r.out, "rejected")
			require.FileExists(t, folder+"/report.json")
		}
	}
	// One is enough, though it be rejected.
	r := callWith(t.Context(), strings.NewReader("nonsense\n"+strings.Replace(oneCommand, "2016", "16", 1)), "import", "-", "--store", "memory:")
	require.Zero(t, r.code, r.err)
}

func TestImportOfNothing(t *testing.T) {
	report := filepath.Join(t.TempDir(), "report.json")
	ok(t, "import", "-", "--store", "memory:", "--report", report)
	var got marketplace.ImportReport
	readJSON(t, report, &got)
	require.Equal(t, marketplace.ImportReport{Rejections: []marketplace.ImportRejection{}}, got)
}

// A line of the future is rejected, which stays so, and taken where that is allowed.
func TestImportOfTheFuture(t *testing.T) {
	url, file := newStore(t), filepath.Join(t.TempDir(), "future.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(`{"id":"00000000-0000-4000-8000-000000000001","at":"9000-01-01T00:00:00Z","cmd":"RegisterClient","client":"00000000-0000-4000-8000-000000000002"}`), 0o600))
	r := callWith(t.Context(), nil, "import", file, "--store", url)
	require.Zero(t, r.code, r.err)
	require.Regexp(t, `in_future +1\n`, r.out)
	require.Equal(t, "1 line is of the future: --allow-future takes what is test data\n", r.err)
	require.Regexp(t, `repeated +1\n`, ok(t, "import", file, "--store", url, "--allow-future"))
	require.Regexp(t, `applied +1\n`, ok(t, "import", file, "--store", newStore(t), "--allow-future"))
}

// A secret that is none is told where it is used.
func TestDigestKeyTooShort(t *testing.T) {
	t.Setenv(digestVariable, "short")
	r := callWith(t.Context(), nil, "import", histories+"/small.ndjson", "--store", newStore(t))
	refused(t, r, exitFailed, "Options.DigestKey must have at least 16 bytes")
}

// An import that is interrupted while it waits for input ends at once, keeps
// what was read, writes no report, and goes on when it is run again.
func TestInterruptedImportGoesOn(t *testing.T) {
	text, err := os.ReadFile(histories + "/small.ndjson")
	require.NoError(t, err)
	half := bytes.LastIndexByte(text[:len(text)/2], '\n') + 1
	folder := t.TempDir()
	url, report := "sqlite://"+folder+"/market.db", folder+"/report.json"

	ctx, cancel := context.WithCancel(t.Context())
	pr, pw := io.Pipe()
	defer pw.Close()
	go func() {
		_, _ = pw.Write(text[:half])
		cancel()
	}()
	r := callWith(ctx, pr, "import", "-", "--store", url, "--report", report)
	refused(t, r, exitFailed, "the import was interrupted after")
	require.Contains(t, r.err, "running the same import again goes on")
	for _, pattern := range []string{"report*", "*.tmp"} {
		left, err := filepath.Glob(filepath.Join(folder, pattern))
		require.NoError(t, err)
		require.Empty(t, left)
	}

	importScript(t, histories+"/small.ndjson", "--store", url, "--report", report)
	var done, whole marketplace.ImportReport
	readJSON(t, report, &done)
	readJSON(t, histories+"/small.import.json", &whole)
	require.Equal(t, whole.Lines, done.Lines)
	require.Equal(t, ok(t, "stats", "--store", small(t), "--as-of", moment, "--json"), ok(t, "stats", "--store", url, "--as-of", moment, "--json"))
}

func TestInterruptedBeforeItBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{
		{"stats", "--store", small(t)},
		{"events", "--store", small(t)},
		{"import", histories + "/small.ndjson", "--store", newStore(t)},
		{"demo"},
		{"simulate", "--store", newStore(t)},
	} {
		refused(t, callWith(ctx, nil, args...), exitFailed, "interrupted")
	}
}

func TestTruncatedScript(t *testing.T) {
	plain, err := os.ReadFile(histories + "/small.ndjson")
	require.NoError(t, err)
	encoder, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	packed := encoder.EncodeAll(plain, nil)
	folder := t.TempDir()
	url, report := "sqlite://"+folder+"/market.db", folder+"/report.json"
	file := write(t, folder+"/cut.ndjson.zst", string(packed[:len(packed)/2]))
	fails(t, exitFailed, "cut short", "import", file, "--store", url, "--report", report)
	require.NoFileExists(t, report)

	// What was read before the cut is in the log.
	out := importScript(t, histories+"/small.ndjson", "--store", url)
	require.Regexp(t, `lines +4,412\n`, out)
	require.Regexp(t, `repeated +1,[0-9]{3}\n`, out)
}

func TestReportReplacesAnOlderOne(t *testing.T) {
	folder := t.TempDir()
	report := write(t, folder+"/report.json", `{"lines": 1}`)
	link := folder + "/link.json"
	require.NoError(t, os.Symlink(report, link))
	importScript(t, histories+"/small.ndjson", "--store", "memory:", "--report", link)
	var got marketplace.ImportReport
	readJSON(t, report, &got)
	require.EqualValues(t, 4412, got.Lines)
	require.Len(t, got.Rejections, 984)
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink, "the link is still one")
}

func TestReportWritesOverNothingElse(t *testing.T) {
	folder := t.TempDir()
	script := write(t, folder+"/script.ndjson", `{"id":"x"}`+"\n")
	fails(t, exitUsage, "it is the file to import", "import", script, "--store", "memory:", "--report", script)
	fails(t, exitUsage, "it is a folder", "import", script, "--store", "memory:", "--report", folder)
	other := write(t, folder+"/notes.txt", "SQLite format 3")
	fails(t, exitUsage, "no report; remove it first", "import", script, "--store", "memory:", "--report", other)
	fails(t, exitFailed, "no such file", "import", script, "--store", "memory:", "--report", folder+"/none/report.json")
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 2)
}

// A device is written in place: renaming a file to its name would replace it.
func TestReportToADevice(t *testing.T) {
	importScript(t, histories+"/small.ndjson", "--store", "memory:", "--report", os.DevNull)
	info, err := os.Stat(os.DevNull)
	require.NoError(t, err)
	require.False(t, info.Mode().IsRegular())
}

// The report does not hide what the import came to; where it goes to standard output,
// that goes beside it.
func TestReportAndSummary(t *testing.T) {
	folder, script := t.TempDir(), histories+"/small.ndjson"
	out := importScript(t, script, "--store", "memory:", "--report", folder+"/report.json")
	require.Contains(t, out, "applied")
	require.Contains(t, out, "REJECTED AS")

	r := call(t, "import", script, "--store", "memory:", "--report", "-")
	require.Zero(t, r.code)
	require.Contains(t, r.err, "REJECTED AS")
	written, err := os.ReadFile(folder + "/report.json")
	require.NoError(t, err)
	require.Equal(t, string(written), r.out)
	require.NoFileExists(t, "-")
	fails(t, exitUsage, "cannot both", "import", script, "--store", "memory:", "--report", "-", "--repeated", "-")
}

// Repeated lines are told, on request, with what their ids came to first.
func TestRepeatedLines(t *testing.T) {
	url, file := newStore(t), filepath.Join(t.TempDir(), "repeated.ndjson")
	const refused = `{"id":"00000000-0000-4000-8000-000000000002","at":"2016-01-04T09:00:00Z","cmd":"LiftClientFlag","client":"11111111-1111-4111-8111-111111111111"}` + "\n"
	send := func(args ...string) result {
		return callWith(t.Context(), strings.NewReader(oneCommand+refused), append(args, "import", "-", "--store", url)...)
	}
	require.Zero(t, send("--repeated", file).code)
	require.FileExists(t, file)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Empty(t, text)
	r := send("--repeated", "-")
	require.Zero(t, r.code, r.err)
	require.Equal(t, `{"line":1,"id":"00000000-0000-4000-8000-000000000001","cmd":"RegisterClient","first":"applied","stream":"clientAccount-11111111-1111-4111-8111-111111111111"}
{"line":2,"id":"00000000-0000-4000-8000-000000000002","cmd":"LiftClientFlag","first":"rejected","first_line":2,"code":"wrong_state"}
`, r.out)
	require.Regexp(t, `repeated +2\n`, r.err)
}

func TestReportIsWhole(t *testing.T) {
	folder := t.TempDir()
	r, err := (&cli{}).createReport(folder+"/report.json", "-")
	require.NoError(t, err)
	require.NoError(t, r.add(marketplace.ImportRejection{Line: 1, Code: "invalid"}))
	require.NoFileExists(t, folder+"/report.json")
	require.NoError(t, r.commit(marketplace.ImportReport{Lines: 1, Rejected: 1}))
	r.discard()
	text, err := os.ReadFile(folder + "/report.json")
	require.NoError(t, err)
	require.True(t, json.Valid(text))
	require.Equal(t, `{
  "rejections": [
    {"line":1,"id":null,"cmd":null,"code":"invalid","detail":""}
  ],
  "lines": 1,
  "applied": 0,
  "repeated": 0,
  "rejected": 1
}
`, string(text))
}

func TestProgress(t *testing.T) {
	var screen bytes.Buffer
	now, read := time.Unix(0, 0), int64(0)
	p := &progress{screen: &screen, size: 1000, consumed: func() int64 { return read }, now: func() time.Time { return now }}
	shown := func() string {
		text := screen.String()
		screen.Reset()
		return text
	}
	p.start()
	require.Equal(t, clearLine+"reading the log …", shown())
	now, read = now.Add(2*time.Second), 250
	p.report(marketplace.ImportReport{Lines: 4096})
	require.Equal(t, clearLine+" 25 %  4,096 lines, 2,048 lines/s, 6 s left", shown())
	now, read = now.Add(time.Second), 1000
	p.report(marketplace.ImportReport{Lines: 6000})
	require.Equal(t, clearLine+" 99 %  6,000 lines, 2,000 lines/s", shown(), "all is read, and not yet applied")
	now = now.Add(redraw - time.Millisecond)
	p.report(marketplace.ImportReport{Lines: 4097})
	require.Empty(t, shown(), "too soon")
	p.size = -1
	now = now.Add(time.Hour)
	p.report(marketplace.ImportReport{Lines: 5000})
	require.Equal(t, clearLine+"5,000 lines, 1 lines/s", shown(), "of a pipe nobody knows the end")
	p.clear()
	require.Equal(t, clearLine, shown())
}
