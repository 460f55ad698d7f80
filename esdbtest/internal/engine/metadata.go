package engine

import "math"

// softDeletedBefore as $tb marks a stream as soft-deleted.
const softDeletedBefore = math.MaxInt64

// Names of what metadata says to the database.
const (
	maxCountKey       = "$maxCount"
	maxAgeKey         = "$maxAge"
	truncateBeforeKey = "$tb"
	temporaryKey      = "$tmp"
	cacheControlKey   = "$cacheControl"
	aclKey            = "$acl"
)

// Metadata is what a stream's metadata says to the database. The zero value
// says nothing.
type Metadata struct {
	MaxCount       *int64 // how many events can be read, at least 1
	MaxAge         *int64 // of an event that can be read, in seconds, at least 1
	TruncateBefore *int64 // the first revision that can be read, at least 0
	ACL            *ACL
}

func (m Metadata) softDeleted() bool {
	return m.TruncateBefore != nil && *m.TruncateBefore == softDeletedBefore
}

// parseMetadata reads the metadata that a record holds, whatever its event
// type. It says nothing unless it is declared to be JSON, begins with an
// object, and every value of a name that the database knows is of its kind:
// one that is not makes all of them void. The case of names counts, and of two
// of one name the last. What comes behind the object is not looked at. A number
// below the least that it can be is as if it were not there.
func parseMetadata(r *Record) Metadata {
	if r == nil || !r.JSON {
		return Metadata{}
	}
	return parseMetadataJSON(r.Data)
}

// parseMetadataJSON is parseMetadata of data that need not be declared JSON.
func parseMetadataJSON(data []byte) Metadata {
	v, _, err := readJSON(data)
	if err != nil || v.kind != jsonObject || v.commented {
		return Metadata{}
	}
	var m Metadata
	for i, name := range v.names {
		if !m.take(name, v.items[i]) {
			return Metadata{}
		}
	}
	return m
}

// take reads a member of the metadata and reports whether it can be one.
func (m *Metadata) take(name string, v jsonValue) (ok bool) {
	switch name {
	case maxCountKey:
		m.MaxCount, ok = atLeast(1, v)
	case maxAgeKey:
		m.MaxAge, ok = seconds(v)
	case truncateBeforeKey:
		m.TruncateBefore, ok = atLeast(0, v)
	case cacheControlKey:
		_, ok = seconds(v)
	case temporaryKey:
		ok = v.kind == jsonBool
	case aclKey:
		m.ACL, ok = parseACL(v)
	default:
		ok = true
	}
	return ok
}

func atLeast(least int64, v jsonValue) (*int64, bool) {
	if v.kind != jsonInteger {
		return nil, false
	}
	if v.integer < least {
		return nil, true
	}
	return &v.integer, true
}

// maxSeconds is the longest time that EventStoreDB can express.
const maxSeconds = math.MaxInt64 / ticksPerSecond

func seconds(v jsonValue) (*int64, bool) {
	n, ok := atLeast(1, v)
	return n, ok && v.integer >= -maxSeconds && v.integer <= maxSeconds
}

// softDeletion is the metadata that soft-deletes a stream; what was there
// before is gone.
var softDeletion = []byte(`{"$tb":9223372036854775807}`)

// reopened is metadata with another $tb in its place, or behind the rest. Data
// that is no JSON object is none that can be reopened.
func reopened(data []byte, revision int64) ([]byte, bool) {
	v, rest, err := readJSON(data)
	if err != nil || v.kind != jsonObject || !blank(rest) {
		return nil, false
	}
	v = v.distinct()
	v.set(truncateBeforeKey, jsonValue{kind: jsonInteger, integer: revision})
	return []byte(v.String()), true
}

// blank reports whether nothing but white space and comments is left.
func blank(rest string) bool {
	r := &jsonReader{text: rest}
	r.space()
	return r.text == ""
}

// first is the first revision that can be read, by count and truncation, of a
// stream with the given last revision.
func (m Metadata) first(last int64) int64 {
	var first int64
	if m.MaxCount != nil {
		first = max(first, last-*m.MaxCount+1)
	}
	if m.TruncateBefore != nil {
		first = max(first, *m.TruncateBefore)
	}
	return first
}

// oldest is the creation, in ticks, before which an event has expired.
func (m Metadata) oldest(now int64) int64 {
	if m.MaxAge == nil {
		return math.MinInt64
	}
	return now - *m.MaxAge*ticksPerSecond
}

// yearOne is the earliest time that EventStoreDB can express, in ticks.
const yearOne = -62_135_596_800 * ticksPerSecond

// ageless reports whether events may be older than time itself: EventStoreDB
// accepts such a $maxAge and fails when it is to apply it.
func (m Metadata) ageless(now int64) bool {
	return m.MaxAge != nil && m.oldest(now) < yearOne
}
