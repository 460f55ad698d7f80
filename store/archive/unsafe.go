package archive

import (
	"unsafe"

	"github.com/google/uuid"
)

// bytesOf is the bytes of a string, which nobody may change.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// idsOf is ids that stand one after the other, without a copy.
func idsOf(b []byte) []uuid.UUID {
	return unsafe.Slice((*uuid.UUID)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/16)
}
