package replay

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
)

// How long a server may take with what was recorded to come.
const (
	callPatience = 15 * time.Second
	stepPatience = 5 * time.Second
)

// Difference is the first place where a server did not answer as recorded.
type Difference struct {
	Scenario string
	Step     int    // from 1; 0: the order of the positions
	Of       string // what the step does
	Field    string
	What     string
}

// Error implements error.
func (d *Difference) Error() string {
	return fmt.Sprintf("replay: %s, step %d (%s), %s: %s", d.Scenario, d.Step, d.Of, d.Field, d.What)
}

type player struct {
	*positions
	conn  grpc.ClientConnInterface
	calls map[string]*call
}

// Replay plays a scenario with a server of the kind that it asks for. The
// error is a *Difference if the server does not answer as recorded, and
// another one if the scenario cannot be played.
func Replay(ctx context.Context, conn grpc.ClientConnInterface, s Scenario) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the calls
	p := &player{positions: newPositions(), conn: conn, calls: make(map[string]*call)}
	for i, step := range s.Steps {
		m, err := p.play(ctx, step)
		if err != nil {
			return fmt.Errorf("replay: %s, step %d (%s): %w", s.Name, i+1, step.title(), err)
		}
		if m != nil {
			return &Difference{s.Name, i + 1, step.title(), m.field, m.what}
		}
	}
	if err := p.ordered(s.Order); err != nil {
		return &Difference{s.Name, 0, "all", "order", err.Error()}
	}
	return nil
}

func (p *player) play(ctx context.Context, s Step) (*mismatch, error) {
	switch {
	case s.Sleep > 0:
		return nil, pause(ctx, s.Sleep)
	case s.Call != "":
		return p.call(ctx, s)
	case s.Open != "":
		return nil, p.open(ctx, s)
	}
	c, ok := p.calls[s.Recv+s.Send+s.Half+s.Silent+s.Ended+s.Cancel]
	if !ok {
		return nil, fmt.Errorf("it is about a call that is not open")
	}
	switch {
	case s.Recv != "":
		return p.recv(c, s)
	case s.Send != "":
		return nil, c.send(s.Request, p.positions)
	case s.Half != "":
		return nil, c.stream.CloseSend()
	case s.Silent != "":
		return silent(c, s)
	case s.Ended != "":
		return p.ended(c, s, stepPatience)
	}
	c.cancel()
	return nil, nil
}

func (s Step) title() string {
	for _, t := range []struct{ what, of string }{
		{"call", s.Call}, {"open", s.Open}, {"recv", s.Recv}, {"send", s.Send},
		{"half", s.Half}, {"silent", s.Silent}, {"ended", s.Ended}, {"cancel", s.Cancel},
	} {
		if t.of != "" {
			return t.what + " " + t.of
		}
	}
	return "sleep"
}

func pause(ctx context.Context, ms int) error {
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start begins a call and sends its requests.
func (p *player) start(ctx context.Context, method string, s Step) (*call, error) {
	m, err := methodOf(method)
	if err != nil {
		return nil, err
	}
	c, err := begin(ctx, p.conn, m, s)
	if err != nil {
		return nil, err
	}
	for _, r := range s.Requests {
		if err := c.send(r, p.positions); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// open starts a call that stays. One with a single request has nothing more to
// say.
func (p *player) open(ctx context.Context, s Step) error {
	c, err := p.start(ctx, s.Method, s)
	if err != nil {
		return err
	}
	p.calls[s.Open] = c
	if !c.method.clientStreams {
		return c.stream.CloseSend()
	}
	return nil
}

// call plays a call from its beginning to its end.
func (p *player) call(ctx context.Context, s Step) (*mismatch, error) {
	c, err := p.start(ctx, s.Call, s)
	if err != nil {
		return nil, err
	}
	defer c.cancel()
	if err := c.stream.CloseSend(); err != nil {
		return nil, err
	}
	return p.ended(c, s, callPatience)
}

// ended compares all that still comes, and the end.
func (p *player) ended(c *call, s Step, patience time.Duration) (*mismatch, error) {
	deadline := time.After(patience)
	var got []any
	for {
		r, in := c.next(deadline)
		switch {
		case r.err != nil:
			return nil, r.err
		case !in:
			if m := p.compareLists("responses", s.Responses, got); m != nil {
				return m, nil
			}
			return &mismatch{"status", fmt.Sprintf("%s was recorded, got no end within %s", show(s.Status), patience)}, nil
		case r.status == nil:
			got = append(got, r.message)
			continue
		}
		if m := p.compareLists("responses", s.Responses, got); m != nil {
			m.what += fmt.Sprintf("; it ended with %s", show(r.status))
			return m, nil
		}
		return p.compare("status", s.Status, r.status), nil
	}
}

// recv compares the next messages.
func (p *player) recv(c *call, s Step) (*mismatch, error) {
	deadline := time.After(stepPatience)
	for i, want := range s.Responses {
		field := fmt.Sprintf("responses[%d]", i)
		r, in := c.next(deadline)
		switch {
		case r.err != nil:
			return nil, r.err
		case !in:
			return &mismatch{field, fmt.Sprintf("%s was recorded, got nothing within %s", p.explain(want), stepPatience)}, nil
		case r.status != nil:
			return &mismatch{field, fmt.Sprintf("%s was recorded, got the end with %s", p.explain(want), show(r.status))}, nil
		}
		if m := p.compare(field, want, r.message); m != nil {
			return m, nil
		}
	}
	return nil, nil
}

// silent waits whether anything comes.
func silent(c *call, s Step) (*mismatch, error) {
	r, in := c.next(time.After(time.Duration(s.MS) * time.Millisecond))
	switch {
	case r.err != nil:
		return nil, r.err
	case !in:
		return nil, nil
	case r.status != nil:
		return &mismatch{"responses", "silence was recorded, got the end with " + show(r.status)}, nil
	}
	return &mismatch{"responses", "silence was recorded, got " + show(r.message)}, nil
}
