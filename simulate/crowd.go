package simulate

import (
	"github.com/marketcore/marketplace/event"
)

// categories of work, with the skills that count in them.
var categories = []struct {
	name   string
	skills []string
}{
	{"web development", []string{"php", "javascript", "html", "css"}},
	{"writing", []string{"copywriting", "editing", "research"}},
	{"design", []string{"logo design", "illustration", "photoshop"}},
	{"administration", []string{"data entry", "spreadsheets", "research"}},
	{"mobile development", []string{"java", "objective-c", "android"}},
	{"marketing", []string{"search engines", "social media", "email"}},
	{"translation", []string{"english", "spanish", "german"}},
	{"support", []string{"telephone", "chat", "help desk"}},
}

// crowd is everybody who has registered.
type crowd struct {
	fields   int             // how many categories there are, few in a small market
	talents  [][]*freelancer // by category
	platform actor
}

// populate lets everybody register in the course of time: two in five when the
// market opens, the rest whenever.
func (w *world) populate() {
	o := &w.options
	w.crowd = crowd{fields: max(1, min(len(categories), o.Freelancers/8)), platform: w.actor(kindPlatform, 0)}
	w.crowd.talents = make([][]*freelancer, w.crowd.fields)
	for i := range o.Freelancers {
		f := newFreelancer(w, uint64(i))
		f.plan(w.arrival(&f.actor), f.register)
	}
	for i := range o.Clients {
		c := newClient(w, uint64(i))
		c.plan(w.arrival(&c.actor), c.register)
	}
}

func (w *world) arrival(a *actor) int64 {
	whole := int64(w.until - w.now)
	if a.chance(400) {
		return a.between(0, min(whole, 30*day))
	}
	return a.between(0, whole)
}

// talent finds somebody in a category whom a client would ask: of a few that
// come to sight, the better one. Nil if nobody comes to sight.
func (c *crowd) talent(by *actor, category int, suits func(*freelancer) bool) (found *freelancer) {
	field := c.talents[category]
	for range 4 {
		if len(field) == 0 {
			break
		}
		f := field[by.below(int64(len(field)))]
		if suits(f) && (found == nil || f.skill > found.skill) {
			found = f
		}
	}
	return found
}

// texts that people write; no rule and no statistic depends on them.
const (
	coverLetter event.Text = "I have done this before and would like to do it for you."
	invitation  event.Text = "Your profile fits our job. Would you talk to us?"
	memo        event.Text = "work on the task"
)
