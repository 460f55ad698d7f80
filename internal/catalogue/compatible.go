package catalogue

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Incompatible tells what of schemas that were released is not as it was: what was written
// by one must be read by whoever has the old, and the other way round, so a version that
// was released keeps its fields. Only words may come to an enumeration, and texts change;
// all else is a new version of the event. Files are by name, as Schemas has them.
func Incompatible(released, now map[string][]byte) (faults []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(released)) {
		if name == "asyncapi.json" { // made of the rest
			continue
		}
		text, there := now[name]
		if !there {
			faults = append(faults, name+": it is gone")
			continue
		}
		var was, is any
		if err := json.Unmarshal(released[name], &was); err != nil {
			return nil, fmt.Errorf("%s as it was released: %w", name, err)
		}
		if err := json.Unmarshal(text, &is); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		faults = append(faults, changed(name, was, is)...)
	}
	return faults, nil
}

// changed tells where two schemas differ in more than words about them.
func changed(at string, was, is any) (faults []string) {
	before, ok := was.(map[string]any)
	after, same := is.(map[string]any)
	if !ok || !same {
		if !reflect.DeepEqual(was, is) {
			return []string{fmt.Sprintf("%s: was %v, is %v", at, was, is)}
		}
		return nil
	}
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		switch path := at + " " + key; {
		case key == "description" && isText(before[key]) && isText(after[key]):
		case key == "enum":
			faults = append(faults, taken(path, before[key], after[key])...)
		case before[key] == nil:
			faults = append(faults, path+": it is new")
		case after[key] == nil:
			faults = append(faults, path+": it is gone")
		default:
			faults = append(faults, changed(path, before[key], after[key])...)
		}
	}
	return faults
}

// isText reports a text, or nothing: a schema's description, and no field of that name.
func isText(v any) bool {
	_, text := v.(string)
	return text || v == nil
}

// taken tells which words of an enumeration are gone.
func taken(at string, was, is any) (faults []string) {
	left, _ := is.([]any)
	all, _ := was.([]any)
	if was == nil {
		return []string{at + ": it is new"}
	}
	for _, word := range all {
		if !slices.Contains(left, word) {
			faults = append(faults, fmt.Sprintf("%s: %v is gone", at, word))
		}
	}
	return faults
}
