package jsonform

// MaxWords is how many words are kept; of longer ones than MaxWordSize none.
const (
	MaxWords    = 4096
	MaxWordSize = 64 // bytes
)

// Words are strings that were seen before, so that words out of a list cost their
// memory once. The zero value keeps none.
type Words map[string]string

// Of is the string of b, mostly the same one for the same bytes.
func (w Words) Of(b []byte) string {
	if s, ok := w[string(b)]; ok {
		return s
	}
	s := string(b)
	if w != nil && len(s) <= MaxWordSize && len(w) < MaxWords {
		w[s] = s
	}
	return s
}
