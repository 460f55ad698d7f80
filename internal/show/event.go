package show

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Events are structs of plain fields with JSON names, so what is shown of one
// follows from them, and a new event needs nothing here.

var (
	typeText   = reflect.TypeFor[event.Text]()
	typeTexts  = reflect.TypeFor[[]event.Text]()
	hiddenText = event.Text(event.Text("x").String())
)

// WithoutText is a copy of the event in which every text that a person wrote
// says only that there is one, or at least one.
func WithoutText(e event.Event) event.Event {
	hidden := reflect.New(reflect.TypeOf(e).Elem())
	hidden.Elem().Set(reflect.ValueOf(e).Elem())
	hide(hidden.Elem())
	return hidden.Interface().(event.Event)
}

func hide(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Type() == typeTexts && f.Len() > 0:
			f.Set(reflect.ValueOf([]event.Text{hiddenText}))
		case f.Type() == typeText:
			f.SetString(f.Interface().(event.Text).String())
		case f.Kind() == reflect.Struct:
			hide(f)
		}
	}
}

// Field is a field of an event for people.
type Field struct{ Name, Value string }

// Fields lists an event's fields that are not empty, in their order.
func Fields(e event.Event, money Currency) []Field {
	return appendFields(nil, "", reflect.ValueOf(e).Elem(), money)
}

func appendFields(fields []Field, prefix string, v reflect.Value, money Currency) []Field {
	for i := range v.NumField() {
		name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		f := v.Field(i)
		if option == "omitzero" && f.IsZero() {
			continue
		}
		name = prefix + name
		if f.Kind() == reflect.Pointer {
			f = f.Elem()
		}
		switch value := f.Interface().(type) {
		case event.Money:
			fields = append(fields, Field{name, money.Money(value)})
		case event.Text:
			text := string(value)
			if value != hiddenText {
				text = fmt.Sprintf("%q", text)
			}
			fields = append(fields, Field{name, text})
		case []event.Text:
			texts := make([]string, len(value))
			for i, text := range value {
				texts[i] = string(text)
			}
			fields = append(fields, Field{name, fmt.Sprintf("%q", texts)})
		case uuid.UUID, event.Time, event.Week:
			fields = append(fields, Field{name, fmt.Sprint(value)})
		default:
			switch f.Kind() {
			case reflect.Struct:
				fields = appendFields(fields, name+".", f, money)
			case reflect.String:
				fields = append(fields, Field{name, Printable(f.String())})
			case reflect.Slice:
				fields = append(fields, Field{name, fmt.Sprintf("%q", value)})
			default:
				fields = append(fields, Field{name, fmt.Sprint(value)})
			}
		}
	}
	return fields
}

// Printable is a name on one line that moves no cursor.
func Printable(name string) string {
	if quoted := fmt.Sprintf("%q", name); quoted[1:len(quoted)-1] != name || strings.Contains(name, " ") {
		return quoted
	}
	return name
}
