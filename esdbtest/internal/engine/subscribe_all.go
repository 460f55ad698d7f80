package engine

// AllOptions are those of a subscription to the log.
type AllOptions struct {
	// After is where it begins, LogEnd at what is written next; nil: at the
	// start.
	After  *Position
	Links  bool
	Filter *Filter // nil: everything, without checkpoints
	// Window is how many records are looked at in one page, and a checkpoint
	// is due after Multiplier windows.
	Window, Multiplier uint32
	// NoFirst leaves out the checkpoint of one who has got nothing yet from
	// the start, as servers before 24.2 do.
	NoFirst bool
}

// followedLog is the log as the subject of a subscription.
type followedLog struct {
	filter  Filter
	window  int
	noFirst bool
	checks  checkpoints
	at      Position // nothing through here is sent again
	next    Position // where the next page begins
}

// SubscribeAll subscribes to the log. What is wrong with the options is told
// by the subscription, once it has to read: a step fails with ErrInsideRecord,
// ErrNoInterval or ErrEndless.
func (e *Engine) SubscribeAll(o AllOptions) (*Subscription, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	of := &followedLog{window: PageSize, noFirst: o.NoFirst, at: beforeFirst}
	if o.Filter != nil {
		of.filter = *o.Filter
	}
	f := newFeed(of.filter.Match)
	if o.Filter != nil {
		interval := o.Window * o.Multiplier // beyond 2^32 it begins again at 0
		of.window = int(int32(o.Window))
		of.checks = checkpoints{on: true, interval: interval}
		f.interval = int32(interval)
		f.checks = f.interval != noCheckpoints
	}
	head := beforeFirst
	if len(e.all) > 0 {
		head = At(e.head())
	}
	switch {
	case o.After == nil:
	case *o.After == LogEnd:
		of.at = head
	default:
		of.at, of.next = *o.After, *o.After
	}
	return e.subscribe(of, f, o.Links, of.at.Compare(head) >= 0), nil
}

func (f *followedLog) read(s *Subscription) (end bool, err error) {
	if err := f.readable(s.e); err != nil {
		return false, err
	}
	p := s.e.ReadAll(uint64(f.next.Commit), PageSize, f.window, false, f.filter)
	for _, r := range p.Records {
		if at := At(r.Position); at.Compare(f.at) > 0 {
			s.send(r)
			f.at = at
		}
	}
	if p.End {
		f.checkpoint(s)
		return true, nil
	}
	due, err := f.checks.considered(p.Considered)
	if due {
		if f.next.Compare(f.at) > 0 {
			f.at = f.next
		}
		f.checkpoint(s)
	}
	f.next = before(p.Next)
	return false, err
}

// readable reports what is in the way of reading a page.
func (f *followedLog) readable(e *Engine) error {
	switch {
	case f.window > 0:
		return e.CheckForwards(f.next)
	case f.checks.interval == 0:
		return ErrNoInterval
	}
	return ErrEndless
}

func (f *followedLog) passed(it item) bool {
	c := At(it.position).Compare(f.at)
	return c < 0 || c == 0 && it.record != nil
}

func (f *followedLog) follow(s *Subscription, it item) error {
	f.at = At(it.position)
	if it.record != nil {
		s.send(it.record)
	} else {
		f.checkpoint(s)
	}
	return nil
}

func (f *followedLog) caughtUp(s *Subscription) {
	s.pending = append(s.pending, Step{Kind: StepCaughtUp, Position: f.at})
}

// fellBehind goes back to reading where the last step stood.
func (f *followedLog) fellBehind(s *Subscription) {
	f.checkpoint(s)
	f.checks.read = 0
	if f.next = f.at; f.at == beforeFirst {
		f.next = LogStart
	}
}

func (f *followedLog) checkpoint(s *Subscription) {
	if f.noFirst && f.at == beforeFirst || !f.checks.tell(f.at) {
		return
	}
	s.pending = append(s.pending, Step{Kind: StepCheckpoint, Position: f.at})
}
