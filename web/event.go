package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/store"
)

// event is the page of one event of the log. What a person wrote shows only
// that there is something, and so does what one side says in private.
func (s *site) event(v *visit) (*page, error) {
	at, err := strconv.ParseUint(v.request.PathValue("position"), 10, 63)
	if err != nil || at == 0 {
		return nil, &problem{http.StatusNotFound, "The address holds no position of an event, which is a number from 1."}
	}
	if s.options.Log == nil {
		return nil, &problem{http.StatusNotFound, "These pages are of a read model, which holds no events; its log does."}
	}
	env, err := s.eventAt(v, event.Position(at))
	if err != nil {
		return nil, err
	}
	about, err := v.about(env)
	if err != nil {
		return nil, err
	}
	return &page{name: "event", Title: env.Event.EventType(), Body: struct {
		*event.Envelope
		Fields []show.Field
		About  []crumb
	}{env, show.Fields(withoutPrivate(v.withoutText(env.Event)), s.money), about}}, nil
}

func (s *site) eventAt(v *visit, at event.Position) (*event.Envelope, error) {
	rec, err := store.At(v.ctx(), s.options.Log, at)
	if errors.Is(err, store.ErrUnknownPosition) || err == nil && rec.ID == uuid.Nil {
		return nil, &problem{http.StatusNotFound, "The log has no event at position " + strconv.FormatUint(uint64(at), 10) + "."}
	}
	if err != nil {
		return nil, err
	}
	if event.Foreign(rec.Stream) {
		return nil, &problem{http.StatusNotFound, "The event at position " + strconv.FormatUint(uint64(at), 10) + " is of a stream that is not the marketplace's."}
	}
	env, err := event.Marketplace().Decode(&rec)
	if err != nil {
		return nil, err
	}
	return &env, nil
}

// withoutText leaves out what a person wrote, unless the pages show that.
func (v *visit) withoutText(e event.Event) event.Event {
	if v.site.options.ShowText {
		return e
	}
	return show.WithoutText(e)
}

// withoutPrivate leaves out the mark that one side gives the other in private.
func withoutPrivate(e event.Event) event.Event {
	if f, ok := e.(*event.FeedbackSubmitted); ok {
		public := *f
		public.Recommend = nil
		return &public
	}
	return e
}

// ofContract are the contract whose stream the event is in, and the week of its Work
// Diary. An offer is no contract yet.
func (v *visit) ofContract(env *event.Envelope) []crumb {
	category, id, week, _ := event.ParseStream(env.Stream)
	switch env.Event.(type) {
	case *event.ContractOffered, *event.ContractOfferClosed:
		return nil
	}
	switch category {
	case event.CategoryContract:
		return []crumb{{named("contract", id), v.Of("contracts", id)}}
	case event.CategoryWorkWeek:
		return []crumb{{named("contract", id), v.Of("contracts", id)}, {"Work Diary of week " + text(week), v.Of("contracts", id, "weeks", text(week))}}
	}
	return nil
}

// about are the accounts, contracts and jobs that the event is of.
func (v *visit) about(env *event.Envelope) (links []crumb, err error) {
	var jobs []uuid.UUID
	switch category, id, _, _ := event.ParseStream(env.Stream); category {
	case event.CategoryFreelancer:
		return []crumb{{v.titled("freelancer", id), v.Of("freelancers", id)}}, nil
	case event.CategoryClient:
		return []crumb{{v.titled("client", id), v.Of("clients", id)}}, nil
	case event.CategoryJob:
		jobs = append(jobs, id)
	}
	links = v.ofContract(env)
	for _, f := range show.Fields(env.Event, v.money) {
		kind := f.Name
		id, ok := parseID(f.Value)
		switch {
		case ok && (kind == "freelancer" || kind == "client"):
			links = append(links, crumb{v.titled(kind, id), v.Of(kind+"s", id)})
		case ok && kind == "job":
			jobs = append(jobs, id)
		}
	}
	for _, id := range jobs {
		r, err := v.posted(id)
		if err != nil {
			return nil, err
		}
		if r.Link != "" {
			links = append(links, crumb{strings.TrimSpace(named("job", id) + " " + r.Name), r.Link})
		}
	}
	return links, nil
}
