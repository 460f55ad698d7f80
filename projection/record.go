package projection

// recordOf is what a record says of itself.
type recordOf[R any] interface {
	*R
	// stream is the record's stream and the revision of its next event, 0 if none
	// has been folded.
	stream() (of key, next uint64)
	// fold takes the stream's next change in. It fails with a *FoldError, and
	// leaves the record as it is, for one that is not the next or cannot be in it.
	fold(*change, *dictionary) error
	// owners finds on whose lists the record is.
	owners(*tables) owners
	// equal compares all but the next revision.
	equal(*R) bool
	// tell tells the facts of the record.
	tell(*telling)
}

// linksOf are the lists that an account has, or what threads another record
// through the lists that it is on.
type linksOf[L any] interface {
	*L
	// join puts the entry at the front of its owners' lists.
	join(t *tables, at ref, of owners)
}

// owners are the accounts on whose lists a record is, and the job or the contract; of
// one that it has not, the ref says nothing.
type owners struct{ client, freelancer, other ref }

// entry is a record with the lists that lead to it. An account's lists are
// threaded through the records that are on them: folding, which goes on in all
// shards at once, puts an entry at the front of one without a lock.
type entry[R, L any] struct {
	record R
	links  L
}

// onNone are the links of an account, which is on no list itself.
type onNone struct{}

func (onNone) join(*tables, ref, owners) {}
