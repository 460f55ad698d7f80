package docs_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/marketcore/marketplace"

// room is a folder with all below it, and the rooms that it may import besides
// its own. The longest folder that fits decides where a package belongs.
type room struct{ folder, knows string }

// rooms from the ground up, as docs/architecture.md draws them: a room knows
// only rooms that stand before it. The façade is ".".
var rooms = []room{
	{"internal", ""}, // small tools, such as file locks and pauses, that every room may use
	{"health", ""},   // asks what it is given
	{"esdbtest", ""}, // serves any client of EventStoreDB and takes nothing of ours
	{"event", ""},
	{"internal/texttest", "event"},
	{"aggregate", "event"},
	{"internal/catalogue", "event aggregate"},
	{"store", "event"},
	{"internal/market", "event store"},
	{"script", "event aggregate"},
	{"projection", "event store"},
	{"statistics", "event projection"},
	{"internal/projectiontest", "event store projection statistics internal/market"},
	{"internal/show", "event projection statistics"},
	{"internal/show/showtest", "event statistics internal/show internal/projectiontest"},
	{"internal/repository", "event aggregate store"},
	{"audit", "event aggregate store"},
	{"internal/follower", "event store projection"},
	{"process", "event aggregate store projection statistics"},
	{"readmodel", "event store projection statistics internal/market"},
	{".", "event aggregate store script statistics process internal/repository internal/follower"},
	{"open", ". event store readmodel"},
	{"internal/markettest", ". event aggregate store script open"},
	{"simulate", ". event aggregate store script projection statistics process open"},
	{"web", ". event aggregate store projection statistics internal/show"},
	{"examples", ". event aggregate store script projection statistics process readmodel open simulate web health"},
	{"cmd", ". event aggregate store audit script projection statistics process readmodel open simulate web health examples esdbtest internal/show"},
	{"scripts", "esdbtest"},
}

// roomOf finds the room of a folder, the zero room if it has none.
func roomOf(folder string) room {
	var best room
	for _, r := range rooms {
		fits := r.folder == folder || strings.HasPrefix(folder, r.folder+"/")
		if fits && len(r.folder) > len(best.folder) {
			best = r
		}
	}
	return best
}

// TestRooms: imports point down only. Tests may import what they test with.
func TestRooms(t *testing.T) {
	above := map[string]bool{}
	for _, r := range rooms {
		for _, known := range strings.Fields(r.knows) {
			require.True(t, above[known], "the table itself: %s knows %s, which does not stand before it", r.folder, known)
		}
		above[r.folder] = true
	}
	met := map[string]bool{}
	for folder, imports := range ownImports(t) {
		r := roomOf(folder)
		require.NotEmpty(t, r.folder, "%s is in no room: say in the table where it stands and what it may import", folder)
		for _, imported := range imports {
			known := roomOf(imported).folder
			met[r.folder+" "+known] = true
			tool := known == "internal" && r.folder != "esdbtest"
			if !tool && known != r.folder && !slices.Contains(strings.Fields(r.knows), known) {
				t.Errorf("%s imports %s: room %s does not know room %s; see docs/architecture.md", folder, imported, r.folder, known)
			}
		}
	}
	require.Greater(t, len(met), 30, "hardly an import was found")
}

// ownImports lists which folders of the module each of its folders imports,
// tests left out, and modules of their own inside it.
func ownImports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != ".." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := folderOf(module + "/" + filepath.ToSlash(filepath.Dir(strings.TrimPrefix(path, "../"))))
		for _, i := range file.Imports {
			imported, _ := strconv.Unquote(i.Path.Value) // the parser has read it
			if imported == module || strings.HasPrefix(imported, module+"/") {
				found[folder] = append(found[folder], folderOf(imported))
			}
		}
		return nil
	}))
	return found
}

// folderOf is the folder of a package of the module, "." for the module's own.
func folderOf(path string) string {
	folder := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	if folder == "" {
		return "."
	}
	return folder
}

// TestRoomOf: the longest folder decides, and only whole names count.
func TestRoomOf(t *testing.T) {
	for folder, want := range map[string]string{
		".": ".", "event": "event", "store/sqlite": "store", "storeroom": "", "internal/filelock": "internal",
		"internal/market": "internal/market", "readmodel/postgres": "readmodel", "": "",
	} {
		require.Equal(t, want, roomOf(folder).folder, folder)
	}
}
