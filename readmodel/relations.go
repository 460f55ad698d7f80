package readmodel

import (
	"slices"
	"strings"
)

// What a database holds beside the read model is its owners': a table or view of
// theirs under a name of ours is never replaced, and none goes with a version that
// is dropped. Whoever meets one refuses with ErrNotAReadModel.

// relations are what has a name behind a prefix: of a view the statement or query
// by which it was made, of all else "". A namespace that is there has the name "".
type relations map[string]string

func (a adminTx) relations(prefix string) (relations, error) {
	namespace, rest := split(prefix)
	all := relations{}
	for row, err := range a.Query(a.dialect.Relations, namespace) {
		if err != nil {
			return nil, err
		}
		var name, made string
		if err := row.Scan(&name, &made); err != nil {
			return nil, err
		}
		switch behind, is := strings.CutPrefix(name, rest); {
		case name == "":
			all[""] = made
		case is:
			all[behind] = made
		}
	}
	return all, nil
}

// shownStrange is how many names a refusal tells.
const shownStrange = 5

// refuse fails with ErrNotAReadModel if there are relations that are strange.
func (r relations) refuse(prefix string, strange func(name string) bool) error {
	var names []string
	for name := range r {
		if name != "" && strange(name) {
			names = append(names, prefix+name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	if len(names) > shownStrange {
		names = append(names[:shownStrange], "…")
	}
	return ErrNotAReadModel.With(nil, "in the way of one, and not of it: %s; move or rename it, or keep the read model elsewhere",
		strings.Join(names, ", "))
}

func named(tables []*Table) func(string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(tables, func(t *Table) bool { return t.Name == name })
	}
}

// views are what stands under the stable names. It fails if there is anything under
// the name of a view that publish makes but a view of the live version's table.
func (a adminTx) views(live *Version) (relations, error) {
	there, err := a.relations(a.dialect.StablePrefix)
	if err != nil {
		return nil, err
	}
	return there, there.refuse(a.dialect.StablePrefix, func(name string) bool {
		for _, t := range Tables() {
			if t.Live && t.Name == name {
				return live == nil || !isViewOf(there[name], a.dialect.Table(live.Number, name))
			}
		}
		return false
	})
}

// isViewOf reports whether a view was made of the one table: publish makes them,
// and databases keep what it says or show it in the same way.
func isViewOf(made, table string) bool {
	return strings.HasSuffix(strings.TrimRight(made, "; \n\t"), "FROM "+table)
}

// refuseGuests fails if the namespace of a version, which is dropped as a whole,
// holds what is not of it. Of a version of another schema that cannot be known.
func (a adminTx) refuseGuests(v *Version) error {
	prefix := a.dialect.versionPrefix(v.Number)
	if v.Schema != Schema || a.dialect.dropNamespace(prefix) == nil {
		return nil
	}
	there, err := a.relations(prefix)
	if err != nil {
		return err
	}
	ours := named(Tables())
	return there.refuse(prefix, func(name string) bool { return !ours(name) })
}

// createNamespace makes the namespace of a prefix, if it has one that is not there:
// one that is there needs no right to make any.
func (a adminTx) createNamespace(prefix string, there relations) error {
	if _, is := there[""]; is {
		return nil
	}
	return a.execAll(a.dialect.createNamespace(prefix))
}
