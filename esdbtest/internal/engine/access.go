package engine

import "slices"

// Who may use a stream: the stream's ACL says so in its metadata, right by
// right. Where it does not, the defaults in $settings do, which are one ACL for
// user streams and one for system streams; and where those do not, user streams
// are open to everybody and system streams to $admins. A stream's own ACL goes
// with the rest of its metadata: a soft delete takes it away, a tombstone of
// the stream ends its metadata stream too, unless what it says is known, and
// metadata that EventStoreDB cannot read are none.

// SettingsStream is the stream whose last event holds the defaults.
const SettingsStream = "$settings"

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

// Roles is a list of users and groups.
type Roles []string

// Roles that are everybody's and the administrators'.
const (
	Everybody = "$all"
	Admins    = "$admins"
)

// ACL says which roles may do what. Roles that are nil are not given, and left
// to the default; a list without any is given, and closes.
type ACL struct {
	Read      Roles
	Write     Roles
	Delete    Roles
	MetaRead  Roles
	MetaWrite Roles
}

// Roles are those who have access; nil of a nil ACL.
func (a *ACL) Roles(to Access) Roles {
	if a == nil {
		return nil
	}
	return [...]Roles{a.Read, a.Write, a.Delete, a.MetaRead, a.MetaWrite}[to]
}

// settings are the defaults.
type settings struct {
	userStreams   *ACL
	systemStreams *ACL
}

// Roles are those who may do something with a stream that is no metadata
// stream, or with the whole log, whose name is AllStream.
func (e *Engine) Roles(stream string, to Access) Roles {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if roles := e.consult(stream).ACL.Roles(to); roles != nil {
		return roles
	}
	defaults, builtIn := e.settings().userStreams, Roles{Everybody}
	if IsSystemStream(stream) {
		defaults, builtIn = e.settings().systemStreams, Roles{Admins}
	}
	if roles := defaults.Roles(to); roles != nil {
		return roles
	}
	return builtIn
}

// settings are those of the last event of their stream, also of one that
// $maxCount or a soft delete hides. The caller holds write or mu.
func (e *Engine) settings() settings {
	last := e.last(SettingsStream)
	if last < 0 || last == tombstoned {
		return settings{}
	}
	return parseSettings(e.streams[SettingsStream].records[last].Data)
}

// parseSettings reads the defaults, whatever the event that holds them is
// declared to be. An ACL that cannot be read, or no JSON object, makes all of
// them void; other names are passed over.
func parseSettings(data []byte) settings {
	v, _, err := readJSON(data)
	if err != nil || v.kind != jsonObject || v.commented {
		return settings{}
	}
	var s settings
	of := map[string]**ACL{"$userStreamAcl": &s.userStreams, "$systemStreamAcl": &s.systemStreams}
	for i, name := range v.names {
		acl, known := of[name]
		if !known {
			continue
		}
		var ok bool
		if *acl, ok = parseACL(v.items[i]); !ok {
			return settings{}
		}
	}
	return s
}

// parseACL reads an ACL. It is an object and names nothing but the kinds of
// use; roles are text or a list of texts.
func parseACL(v jsonValue) (*ACL, bool) {
	if v.kind != jsonObject || v.commented {
		return nil, false
	}
	a := new(ACL)
	of := map[string]*Roles{"$r": &a.Read, "$w": &a.Write, "$d": &a.Delete, "$mr": &a.MetaRead, "$mw": &a.MetaWrite}
	for i, name := range v.names {
		roles, known := of[name]
		if !known {
			return nil, false
		}
		var ok bool
		if *roles, ok = parseRoles(v.items[i]); !ok {
			return nil, false
		}
	}
	return a, true
}

func parseRoles(v jsonValue) (Roles, bool) {
	switch {
	case v.kind == jsonString:
		return Roles{v.text}, true
	case v.kind != jsonList || v.commented || slices.ContainsFunc(v.items, func(i jsonValue) bool { return i.kind != jsonString }):
		return nil, false
	}
	roles := make(Roles, len(v.items))
	for i, item := range v.items {
		roles[i] = item.text
	}
	return roles, true
}
