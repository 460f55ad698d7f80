package archive

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// WriteNDJSON writes a log, up to its head as it is at the call, as one JSON
// object a line, for people and other tools:
//
//	{"position":1,"stream":"…","revision":0,"type":"…","id":"…","recorded_at":"…","data":{…},"metadata":{…}}
//
// Data and metadata are the stored bytes, but for line breaks between their
// parts; where they are no JSON in UTF-8 they are a string in base64 under
// data_base64 and metadata_base64. It is not read back: an archive is.
//
// progress, if not nil, is called as events are written.
func WriteNDJSON(ctx context.Context, log store.Store, w io.Writer, progress func(Progress)) (done Progress, err error) {
	if done.Through, err = log.Head(ctx); err != nil || done.Through == 0 {
		return done, err
	}
	var line []byte
	for rec, err := range log.ReadAll(ctx, store.Span{Through: done.Through}) {
		if err != nil {
			return done, err
		}
		line = appendLine(line[:0], &rec)
		if _, err := w.Write(line); err != nil {
			return done, err
		}
		done.Events++
		done.Position = rec.Position
		if progress != nil && done.Events%every == 0 {
			progress(done)
		}
	}
	return done, nil
}

func appendLine(b []byte, rec *event.Record) []byte {
	b = append(b, `{"position":`...)
	b = strconv.AppendUint(b, uint64(rec.Position), 10)
	b = appendText(append(b, `,"stream":`...), rec.Stream)
	b = append(b, `,"revision":`...)
	b = strconv.AppendUint(b, rec.Revision, 10)
	b = appendText(append(b, `,"type":`...), rec.Type)
	b = appendText(append(b, `,"id":`...), rec.ID.String())
	b = append(b, `,"recorded_at":"`...)
	b = rec.RecordedAt.UTC().AppendFormat(b, time.RFC3339Nano)
	b = appendPayload(append(b, `",`...), "data", rec.Data)
	b = appendPayload(append(b, ','), "metadata", rec.Metadata)
	return append(b, '}', '\n')
}

func appendText(b []byte, s string) []byte {
	text, _ := json.Marshal(s) // of a string it cannot fail
	return append(b, text...)
}

func appendPayload(b []byte, name string, payload []byte) []byte {
	b = append(append(b, '"'), name...)
	if !utf8.Valid(payload) || !json.Valid(payload) {
		b = append(b, `_base64":"`...)
		b = base64.StdEncoding.AppendEncode(b, payload)
		return append(b, '"')
	}
	b = append(b, `":`...)
	if bytes.ContainsAny(payload, "\r\n") { // only between its parts: inside a string they are escaped
		var compact bytes.Buffer
		_ = json.Compact(&compact, payload) // it is valid
		payload = compact.Bytes()
	}
	return append(b, payload...)
}
