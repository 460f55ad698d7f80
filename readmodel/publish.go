package readmodel

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/marketcore/marketplace/internal/fault"
)

// swapPatience is for how long a swap waits for those who read the views, all of
// them together: whoever comes to read meanwhile waits behind it. It is less than
// the second after which PostgreSQL looks for a deadlock and ends one of the two.
const swapPatience = 500 * time.Millisecond

// publish makes a version the live one: the stable names stand for its tables,
// who had rights on the tables that were live has them on these, and the version
// that was live is old. It fails with ErrBusy if others read the views for longer
// than swapPatience, and with ErrNotAReadModel if a name is not ours to take.
func (a adminTx) publish(version int64) error {
	live, err := a.live()
	if err != nil {
		return err
	}
	there, err := a.views(live)
	if err != nil {
		return err
	}
	if live != nil {
		if err := a.copyGrants(a.dialect.versionPrefix(live.Number), a.dialect.versionPrefix(version)); err != nil {
			return err
		}
	}
	if err := a.replaceViews(version, live, there); err != nil {
		return err
	}
	if _, err := a.Exec(a.sql("UPDATE #model_versions SET state = $1 WHERE state = $2"), string(Old), string(Live)); err != nil {
		return err
	}
	n, err := a.Exec(a.sql("UPDATE #model_versions SET state = $1 WHERE version = $2"), string(Live), version)
	if err == nil && n != 1 {
		err = ErrNotFound.With(nil, "there is no version %d of the read model", version)
	}
	return err
}

// replaceViews puts the views of a version in the place of those that are there.
// Where the database can, and the columns are the same, it keeps the views
// themselves, and with them rights and what others have made of them.
func (a adminTx) replaceViews(version int64, live *Version, there relations) error {
	keep := a.dialect.ReplaceViews && live != nil && live.Schema == Schema
	var rights []grant
	if !keep && live != nil {
		var err error
		if rights, err = a.grants(a.dialect.StablePrefix, a.dialect.StablePrefix); err != nil {
			return err
		}
	}
	end := time.Now().Add(swapPatience)
	for _, t := range Tables() {
		if !t.Live {
			continue
		}
		name := a.dialect.Stable(t.Name)
		view := "VIEW " + name + " AS SELECT " + strings.Join(t.public(), ", ") + " FROM " + a.dialect.Table(version, t.Name)
		statements := []string{"DROP VIEW IF EXISTS " + name, "CREATE " + view}
		if _, is := there[t.Name]; is {
			if keep {
				statements = []string{"CREATE OR REPLACE " + view}
			}
			for _, g := range rights {
				if g.name == t.Name {
					statements = append(statements, g.statement)
				}
			}
			if err := a.limitLocks(time.Until(end)); err != nil {
				return err
			}
		}
		if err := a.execAll(statements); err != nil {
			return whileRead(err)
		}
	}
	return nil
}

// whileRead tells what it means that a lock could not be had.
func whileRead(err error) error {
	var told *fault.Error
	if errors.As(err, &told) && told.Is(ErrBusy) {
		return ErrBusy.With(told.Err, "others read what is to be replaced or dropped, and it waits for no longer than %s", swapPatience)
	}
	return err
}

// limitLocks makes the rest of the transaction wait for no lock for longer.
func (a adminTx) limitLocks(limit time.Duration) error {
	if a.dialect.LockTimeout == "" {
		return nil
	}
	_, err := a.Exec(fmt.Sprintf(a.dialect.LockTimeout, max(limit.Milliseconds(), 1))) // 0 would be no limit
	return err
}

// grant is a statement that gives a right on a table or view, "" for a namespace.
type grant struct{ name, statement string }

// grants are the statements that give others behind one prefix the rights that they
// have behind another, both of them namespaces.
func (a adminTx) grants(from, to string) (all []grant, err error) {
	if a.dialect.Grants == "" {
		return nil, nil
	}
	for row, err := range a.Query(a.dialect.Grants, namespace(from), namespace(to)) {
		if err != nil {
			return nil, err
		}
		var g grant
		if err := row.Scan(&g.name, &g.statement); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}

func (a adminTx) copyGrants(from, to string) error {
	all, err := a.grants(from, to)
	if err != nil {
		return err
	}
	for _, g := range all {
		if _, err := a.Exec(g.statement); err != nil {
			return err
		}
	}
	return nil
}
