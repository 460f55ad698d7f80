package web

import (
	"errors"
	"net/http"
	"strconv"

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
	return &page{name: "event", Title: env.Event.EventType(), Body: struct {
		*event.Envelope
		Fields []show.Field
		About  []crumb
	}{env, show.Fields(withoutPrivate(show.WithoutText(env.Event)), s.money), v.about(env)}}, nil
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

// withoutPrivate leaves out the mark that one side gives the other in private.
func withoutPrivate(e event.Event) event.Event {
	if f, ok := e.(*event.FeedbackSubmitted); ok {
		f.Recommend = nil
	}
	return e
}

// about are the accounts whose stream the event is in.
func (v *visit) about(env *event.Envelope) []crumb {
	switch category, id, _, _ := event.ParseStream(env.Stream); category {
	case event.CategoryFreelancer:
		return []crumb{{named("freelancer", id), v.Of("freelancers", id)}}
	case event.CategoryClient:
		return []crumb{{named("client", id), v.Of("clients", id)}}
	}
	var links []crumb
	for _, f := range show.Fields(env.Event, v.money) {
		kind := f.Name
		if id, ok := parseID(f.Value); ok && (kind == "freelancer" || kind == "client") {
			links = append(links, crumb{named(kind, id), v.Of(kind+"s", id)})
		}
	}
	return links
}
