package sqlitefile

import (
	"fmt"
	"os"
)

// SQLite replays a write-ahead log into whatever file has the name, also into
// another that was put there meanwhile, such as a backup, and destroys it. So who
// writes notes in a file beside, which stays if it is killed, whose write-ahead log
// it is: the inodes of the note and of the file, and when that was made. A copy of the folder has another
// note, which then says nothing; nor does it on Windows, or where the file is
// overwritten in place.

// Origin is what is noted in the file of that name, "" if nothing is.
func (h *Held) Origin(note string) string {
	is, err := identify(note)
	if err != nil || h.is == (identity{}) {
		return ""
	}
	return fmt.Sprintln(is.inode, h.is.inode, born(h.path))
}

// Own fails as Incomplete if by the note the write-ahead log beside the file is
// another's.
func (h *Held) Own(note string) error {
	text, err := os.ReadFile(note)
	if err != nil || len(text) == 0 {
		return nil
	}
	var its, file uint64
	var made int64
	if _, err := fmt.Sscan(string(text), &its, &file, &made); err != nil {
		return nil
	}
	same := file == h.is.inode && made == born(h.path)
	if is, err := identify(note); err != nil || is.inode != its || same || !Holds(h.path+WALSuffix) {
		return nil
	}
	return &Error{Fault: Incomplete, Detail: fmt.Sprintf("%[1]s was put in the place of a file that was in use or not closed, whose last commits are in %[1]s-wal: "+
		"put that file back, or move %[1]s-wal away to go on with this one; should this be a copy of that file, remove %[2]s", h.path, note)}
}
