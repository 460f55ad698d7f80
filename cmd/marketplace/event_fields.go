package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Events are structs of plain fields with JSON names, so what the listing shows
// follows from them, and a new event needs nothing here.

var (
	typeText   = reflect.TypeFor[event.Text]()
	hiddenText = event.Text("x").String()
)

// withoutText is a copy of the event in which every text that a person wrote
// says only that there is one.
func withoutText(e event.Event) event.Event {
	hidden := reflect.New(reflect.TypeOf(e).Elem())
	hidden.Elem().Set(reflect.ValueOf(e).Elem())
	hide(hidden.Elem())
	return hidden.Interface().(event.Event)
}

func hide(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Type() == typeText:
			f.SetString(f.Interface().(event.Text).String())
		case f.Kind() == reflect.Struct:
			hide(f)
		}
	}
}

// field is a field of an event for people.
type field struct{ name, value string }

// fieldsOf lists an event's fields that are not empty, in their order.
func fieldsOf(e event.Event, money currency) []field {
	return appendFields(nil, "", reflect.ValueOf(e).Elem(), money)
}

func appendFields(fields []field, prefix string, v reflect.Value, money currency) []field {
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
			fields = append(fields, field{name, money.money(value)})
		case event.Text:
			text := string(value)
			if text != hiddenText {
				text = fmt.Sprintf("%q", text)
			}
			fields = append(fields, field{name, text})
		case uuid.UUID, event.Time, event.Week:
			fields = append(fields, field{name, fmt.Sprint(value)})
		default:
			switch f.Kind() {
			case reflect.Struct:
				fields = appendFields(fields, name+".", f, money)
			case reflect.String:
				fields = append(fields, field{name, printable(f.String())})
			case reflect.Slice:
				fields = append(fields, field{name, fmt.Sprintf("%q", value)})
			default:
				fields = append(fields, field{name, fmt.Sprint(value)})
			}
		}
	}
	return fields
}
