package engine

import (
	"encoding/json"
	"math"
)

// softDeletedBefore as $tb marks a stream as soft-deleted.
const softDeletedBefore = math.MaxInt64

// Metadata is what a stream's metadata says to the database. The zero value
// says nothing.
type Metadata struct {
	MaxCount       *int64 `json:"$maxCount"` // events that can be read
	MaxAge         *int64 `json:"$maxAge"`   // of an event that can be read, in seconds
	TruncateBefore *int64 `json:"$tb"`       // the first revision that can be read
	ACL            *ACL   `json:"$acl"`
}

// ACL says which roles may do what; an empty list leaves it to the default.
type ACL struct {
	Read      Roles `json:"$r"`
	Write     Roles `json:"$w"`
	Delete    Roles `json:"$d"`
	MetaRead  Roles `json:"$mr"`
	MetaWrite Roles `json:"$mw"`
}

// Access is a kind of use that an ACL speaks of.
type Access int

// The kinds of use.
const (
	Read Access = iota
	Write
	Remove
	MetaRead
	MetaWrite
)

// Roles are those who have access; none of a nil ACL.
func (a *ACL) Roles(to Access) Roles {
	if a == nil {
		return nil
	}
	return [...]Roles{a.Read, a.Write, a.Delete, a.MetaRead, a.MetaWrite}[to]
}

// Roles is a list of users and groups, written in JSON as a string or a list.
type Roles []string

// UnmarshalJSON implements json.Unmarshaler.
func (r *Roles) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*r = Roles{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(r))
}

// UnmarshalJSON implements json.Unmarshaler: an ACL may be the name of a
// default, of which the one for user streams says no more than none does.
func (a *ACL) UnmarshalJSON(b []byte) error {
	var name string
	if json.Unmarshal(b, &name) == nil {
		if name == "$systemStreamAcl" {
			admins := Roles{"$admins"}
			*a = ACL{Read: admins, Write: admins, Delete: admins, MetaRead: admins, MetaWrite: admins}
		}
		return nil
	}
	type plain ACL
	return json.Unmarshal(b, (*plain)(a))
}

func (m Metadata) softDeleted() bool {
	return m.TruncateBefore != nil && *m.TruncateBefore == softDeletedBefore
}

// parseMetadata reads metadata; what is not valid says nothing, as in
// EventStoreDB.
func parseMetadata(data []byte) Metadata {
	var m Metadata
	if json.Unmarshal(data, &m) != nil {
		return Metadata{}
	}
	return m
}

// withTruncateBefore returns metadata with another $tb, keeping the rest.
func withTruncateBefore(data []byte, revision int64) []byte {
	fields := make(map[string]json.RawMessage)
	if json.Unmarshal(data, &fields) != nil || fields == nil {
		fields = make(map[string]json.RawMessage)
	}
	fields["$tb"], _ = json.Marshal(revision)
	changed, _ := json.Marshal(fields) // a map of valid JSON
	return changed
}

// first is the first revision that can be read, by count and truncation, of a
// stream with the given last revision.
func (m Metadata) first(last int64) int64 {
	var first int64
	if m.MaxCount != nil && *m.MaxCount >= 0 {
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
	if *m.MaxAge > now/ticksPerSecond {
		return math.MinInt64
	}
	return now - *m.MaxAge*ticksPerSecond
}
