package replay

import (
	"encoding/json"
	"fmt"
)

// maxShown bounds what a difference shows of a value, in bytes.
const maxShown = 600

// show writes a value for the reader of a difference.
func show(v any) string {
	if v == nil {
		return "nothing"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(text) > maxShown {
		return fmt.Sprintf("%s… (%d bytes)", text[:maxShown], len(text))
	}
	return string(text)
}
