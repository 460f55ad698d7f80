package script_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/script"
)

const (
	id  = "0a1b2c3d-4e5f-4a7b-8c9d-0e1f2a3b4c5d"
	id2 = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	at  = "2016-01-24T00:01:00Z"
)

// with is a line that is right but for its end: the members given.
func with(cmd, members string) string {
	return fmt.Sprintf(`{"id":%q,"at":%q,"cmd":%q,%s}`, id, at, cmd, members)
}

func bonus(amount string) string {
	return with("PayBonus", fmt.Sprintf(`"contract":%q,"amount":%s`, id2, amount))
}
func atTime(at string) string {
	return fmt.Sprintf(`{"id":%q,"at":%s,"cmd":"RegisterClient","client":%q}`, id, at, id2)
}
func withID(id string) string {
	return fmt.Sprintf(`{"id":%s,"at":%q,"cmd":"RegisterClient","client":%q}`, id, at, id2)
}
func client(id string) string { return with("RegisterClient", `"client":`+id) }
func skills(list string) string {
	return with("DescribeProfile", `"freelancer":"`+id2+`","introduction":"","skills":`+list)
}
func invoice(week string) string {
	return with("InvoiceWeek", `"contract":"`+id2+`","week":`+week)
}
func segment(start string) string {
	return with("DeleteSegment", `"contract":"`+id2+`","start":`+start)
}
func scores(s string) string {
	return with("LeaveFeedback", `"contract":"`+id2+`","by":"client","scores":`+s)
}
func accept(letter string) string { return with("AcceptInvite", `"invite":"`+id2+`"`+letter) }

func actedBy(by string) string {
	return with("RegisterClient", `"client":"`+id2+`","acted_by":`+by)
}

const sixScores = `"skills":5,"quality":5,"availability":5,"deadlines":5,"communication":4,"cooperation":5`

// none stands for an id or cmd that cannot be read.
const none = "-"

// TestLine goes through fine print B1 to B15 and step 3 of fine print A1.
func TestLine(t *testing.T) {
	for _, tc := range []struct {
		name string
		line string
		code string // "" if the line is read
		id   string // default: id
		cmd  string // default: any text
	}{
		// Fine print A1: every invalid before invalid_amount before cover_letter_required.
		{"A1 amount below 0", bonus("-5"), "invalid_amount", "", "PayBonus"},
		{"A1 amount 0", bonus("0"), "invalid_amount", "", ""},
		{"A1 amount and unknown field", with("PayBonus", `"contract":"`+id2+`","amount":-5,"note":1`), "invalid", "", ""},
		{"A1 amount and bad at", strings.Replace(bonus("-5"), at, "now", 1), "invalid", "", "PayBonus"},
		{"A1 share below 0", with("ProposeSettlement", `"contract":"`+id2+`","dispute":"`+id2+`","to_freelancer":-1,"to_client":5`), "invalid_amount", "", ""},
		{"A1 share of 0", with("ProposeSettlement", `"contract":"`+id2+`","dispute":"`+id2+`","to_freelancer":0,"to_client":5`), "", "", ""},
		{"A1 letter empty", accept(`,"cover_letter":""`), "cover_letter_required", "", "AcceptInvite"},
		{"A1 letter empty and unknown field", accept(`,"cover_letter":"","note":1`), "invalid", "", ""},
		{"A1 outside its range", with("SetProfileCompleteness", `"freelancer":"`+id2+`","percent":101`), "invalid", "", ""},
		{"A1 outside its list", with("PlaceHold", `"freelancer":"`+id2+`","kind":"other"`), "invalid", "", ""},

		// Fine print B1: a line has an id if it is an object with a UUID as its id.
		{"B1 unknown cmd", `{"id":"` + id + `","cmd":"Sing"}`, "invalid", "", "Sing"},
		{"B1 no id", `{"at":"` + at + `","cmd":"RegisterClient","client":"` + id2 + `"}`, "invalid", none, "RegisterClient"},
		{"B1 nothing but id", `{"id":"` + id + `"}`, "invalid", "", none},
		{"B1 empty object", `{}`, "invalid", none, none},
		{"B1 id behind the rest", `{"cmd":"RegisterClient","client":"` + id2 + `","at":"` + at + `","id":"` + id + `"}`, "", "", ""},

		// Fine print B5: cmd as it stands, or nothing.
		{"B5 cmd in other case", with("registerclient", `"client":"`+id2+`"`), "invalid", "", "registerclient"},
		{"B5 cmd empty", `{"id":"` + id + `","cmd":""}`, "invalid", "", ""},
		{"B5 cmd null", `{"id":"` + id + `","cmd":null}`, "invalid", "", none},
		{"B5 cmd number", `{"id":"` + id + `","cmd":3}`, "invalid", "", none},
		{"B5 cmd list", `{"id":"` + id + `","cmd":["PayBonus"]}`, "invalid", "", none},
		{"B5 cmd with escapes", `{"id":"` + id + `","cmd":"\u0050ay\tBonus\ud83d\ude00"}`, "invalid", "", "Pay\tBonus😀"},
		{"B5 cmd half a pair", `{"id":"` + id + `","cmd":"\ud83d"}`, "invalid", "", none},

		// Fine print B6: UUIDs.
		{"B6 capitals", withID(`"` + strings.ToUpper(id) + `"`), "", "", ""},
		{"B6 field in capitals", client(`"` + strings.ToUpper(id2) + `"`), "", "", ""},
		{"B6 braces", withID(`"{` + id + `}"`), "invalid", none, ""},
		{"B6 urn", withID(`"urn:uuid:` + id + `"`), "invalid", none, ""},
		{"B6 32 digits", withID(`"` + strings.ReplaceAll(id, "-", "") + `"`), "invalid", none, ""},
		{"B6 short", withID(`"` + id[1:] + `"`), "invalid", none, ""},
		{"B6 no hexadecimal digit", withID(`"g` + id[1:] + `"`), "invalid", none, ""},
		{"B6 hyphens elsewhere", withID(`"0a1b2c3d4-e5f-4a7b-8c9d-0e1f2a3b4c5d"`), "invalid", none, ""},
		{"B6 space before", withID(`" ` + id + `"`), "invalid", none, ""},
		{"B6 empty", withID(`""`), "invalid", none, ""},
		{"B6 null", withID(`null`), "invalid", none, "RegisterClient"},
		{"B6 number", withID(`7`), "invalid", none, ""},
		{"B6 field in braces", client(`"{` + id2 + `}"`), "invalid", "", ""},
		{"B6 field false", client(`false`), "invalid", "", ""},
		{"B6 field nil UUID", client(`"00000000-0000-0000-0000-000000000000"`), "invalid", "", ""},
		{"B6 optional field nil UUID", with("RecordComplaint", `"client":"`+id2+`","freelancer":"`+id2+`","contract":"00000000-0000-0000-0000-000000000000","reason":"rude"`), "invalid", "", ""},
		{"B6 any version", client(`"ffffffff-ffff-ffff-ffff-ffffffffffff"`), "", "", ""},

		// Fine print B7: times.
		{"B7 leap day", atTime(`"2016-02-29T23:59:59Z"`), "", "", ""},
		{"B7 no leap day", atTime(`"2015-02-29T23:59:59Z"`), "invalid", "", "RegisterClient"},
		{"B7 fraction", atTime(`"2016-01-24T00:01:00.5Z"`), "invalid", "", ""},
		{"B7 zero fraction", atTime(`"2016-01-24T00:01:00.0Z"`), "invalid", "", ""},
		{"B7 offset", atTime(`"2016-01-24T00:01:00+01:00"`), "invalid", "", ""},
		{"B7 zero offset", atTime(`"2016-01-24T00:01:00+00:00"`), "invalid", "", ""},
		{"B7 no Z", atTime(`"2016-01-24T00:01:00"`), "invalid", "", ""},
		{"B7 small z", atTime(`"2016-01-24T00:01:00z"`), "invalid", "", ""},
		{"B7 small t", atTime(`"2016-01-24t00:01:00Z"`), "invalid", "", ""},
		{"B7 space for T", atTime(`"2016-01-24 00:01:00Z"`), "invalid", "", ""},
		{"B7 space before", atTime(`" 2016-01-24T00:01:00Z"`), "invalid", "", ""},
		{"B7 hour 24", atTime(`"2016-01-24T24:00:00Z"`), "invalid", "", ""},
		{"B7 second 60", atTime(`"2016-12-31T23:59:60Z"`), "invalid", "", ""},
		{"B7 month 13", atTime(`"2016-13-24T00:01:00Z"`), "invalid", "", ""},
		{"B7 date alone", atTime(`"2016-01-24"`), "invalid", "", ""},
		{"B7 number", atTime(`0`), "invalid", "", ""},
		{"B7 null", atTime(`null`), "invalid", "", ""},
		{"B7 start", segment(`"2016-01-24T00:10:00Z"`), "", "", ""},
		{"B7 start with fraction", segment(`"2016-01-24T00:10:00.0Z"`), "invalid", "", ""},
		{"B7 start off the grid", segment(`"2016-01-24T00:11:00Z"`), "invalid", "", ""},
		{"B7 start at 1970, a real time", segment(`"1970-01-01T00:00:00Z"`), "", "", ""},

		// Fine print B8: integers.
		{"B8 fraction", bonus("100.0"), "invalid", "", "PayBonus"},
		{"B8 exponent", bonus("1e2"), "invalid", "", ""},
		{"B8 text", bonus(`"100"`), "invalid", "", ""},
		{"B8 boolean", bonus("true"), "invalid", "", ""},
		{"B8 list", bonus("[100]"), "invalid", "", ""},
		{"B8 the greatest", bonus("9223372036854775807"), "", "", ""},
		{"B8 beyond the greatest", bonus("9223372036854775808"), "invalid", "", ""},
		{"B8 the least", bonus("-9223372036854775808"), "invalid_amount", "", ""},
		{"B8 beyond the least", bonus("-9223372036854775809"), "invalid", "", ""},
		{"B8 far beyond", bonus("18446744073709551617"), "invalid", "", ""},
		{"B8 a hundred digits", bonus(strings.Repeat("9", 100)), "invalid", "", ""},
		{"B8 minus 0", bonus("-0"), "invalid_amount", "", ""},
		{"B8 optional, fraction", with("LeaveFeedback", `"contract":"`+id2+`","by":"client","scores":{`+sixScores+`},"recommend":9.0`), "invalid", "", ""},
		{"B8 a boolean as number", with("SetAvailability", `"freelancer":"`+id2+`","available":1`), "invalid", "", ""},
		{"B8 a boolean as text", with("SetAvailability", `"freelancer":"`+id2+`","available":"true"`), "invalid", "", ""},

		// Fine print B9: null is absent.
		{"B9 required", bonus("null"), "invalid", "", ""},
		{"B9 optional", with("DeclineInvite", `"invite":"`+id2+`","reason":null`), "", "", ""},
		{"B9 optional number", with("ReleaseMilestone", `"contract":"`+id2+`","milestone":"`+id2+`","amount":null`), "", "", ""},
		{"B9 unknown", with("RegisterClient", `"client":"`+id2+`","note":null`), "invalid", "", ""},
		{"B9 missing", with("PayBonus", `"contract":"`+id2+`"`), "invalid", "", ""},
		{"B9 one of two", with("AcceptTerms", `"client":null,"freelancer":"`+id2+`","version":"2"`), "", "", ""},
		{"B9 neither of two", with("AcceptTerms", `"client":null,"version":"2"`), "invalid", "", ""},
		{"B9 both of two", with("AcceptTerms", `"client":"`+id2+`","freelancer":"`+id2+`","version":"2"`), "invalid", "", ""},
		{"B9 required list", skills("null"), "invalid", "", ""},
		{"B9 required score", scores(`{"skills":null,` + sixScores[len(`"skills":5,`):] + `}`), "invalid", "", ""},

		// Fine print B10: names.
		{"B10 other case", with("PayBonus", `"contract":"`+id2+`","Amount":5`), "invalid", "", ""},
		{"B10 other case beside", with("PayBonus", `"contract":"`+id2+`","amount":5,"Amount":5`), "invalid", "", ""},
		{"B10 ID", `{"ID":"` + id + `","at":"` + at + `","cmd":"RegisterClient","client":"` + id2 + `"}`, "invalid", none, "RegisterClient"},
		{"B10 Cmd", `{"id":"` + id + `","at":"` + at + `","Cmd":"RegisterClient","client":"` + id2 + `"}`, "invalid", "", none},
		{"B10 another command's", with("RegisterClient", `"client":"`+id2+`","freelancer":"`+id2+`"`), "invalid", "", ""},
		{"B10 empty name", with("RegisterClient", `"client":"`+id2+`","":1`), "invalid", "", ""},
		{"B10 escapes in the name", with("RegisterClient", `"cl\u0069ent":"`+id2+`"`), "", "", ""},
		{"B10 unknown value nested", with("RegisterClient", `"client":"`+id2+`","note":{"a":[{},[],{"b":[1,null]}]}`), "invalid", "", ""},
		{"B10 hundreds of fields", with("RegisterClient", `"client":"`+id2+`"`+strings.Repeat(`,"x":1`, 500)), "invalid", "", "RegisterClient"},
		{"B10 id behind hundreds of fields", `{` + strings.Repeat(`"x":1,`, 500) + `"id":"` + id + `"}`, "invalid", "", none},
		{"B10 a field twice", with("PayBonus", `"contract":"`+id2+`","amount":5,"amount":6`), "invalid", "", ""},
		{"B10 id twice", with("RegisterClient", `"client":"`+id2+`","id":"`+id2+`"`), "invalid", none, ""},
		{"B10 cmd twice", with("RegisterClient", `"client":"`+id2+`","cmd":"RegisterClient"`), "invalid", "", none},

		// Fine print B11: one object and nothing else.
		{"B11 two objects", client(`"`+id2+`"`) + " " + client(`"`+id2+`"`), "invalid", none, none},
		{"B11 comma behind", client(`"`+id2+`"`) + ",", "invalid", none, none},
		{"B11 brace behind", client(`"`+id2+`"`) + "}", "invalid", none, none},
		{"B11 NUL behind", client(`"`+id2+`"`) + "\x00", "invalid", none, none},
		{"B11 form feed behind", client(`"`+id2+`"`) + "\f", "invalid", none, none},
		{"B11 cut short", client(`"` + id2 + `"`)[:80], "invalid", none, none},
		{"B11 no closing brace", strings.TrimSuffix(client(`"`+id2+`"`), "}"), "invalid", none, none},
		{"B11 carriage return behind", client(`"`+id2+`"`) + "\r", "", "", ""},
		{"B11 spaces around", " \t" + client(`"`+id2+`"`) + "\t  \r", "", "", ""},
		{"B11 spaces inside", `{ "id" : "` + id + `" , "at" : "` + at + `" , "cmd" : "RegisterClient" , "client" : "` + id2 + `" }`, "", "", ""},
		{"B11 byte order mark", "\ufeff" + client(`"`+id2+`"`), "invalid", none, none},
		{"B11 list", "[" + client(`"`+id2+`"`) + "]", "invalid", none, none},
		{"B11 null", "null", "invalid", none, none},
		{"B11 number", "0", "invalid", none, none},
		{"B11 text", `"text"`, "invalid", none, none},
		{"B11 words", "not json", "invalid", none, none},
		{"B11 not UTF-8", with("FlagClient", `"client":"`+id2+`","reason":"`+"\xff"+`"`), "invalid", none, none},
		{"B11 surrogate in UTF-8", with("FlagClient", `"client":"`+id2+`","reason":"`+"\xed\xa0\x80"+`"`), "invalid", none, none},
		{"B11 half a surrogate pair", with("FlagClient", `"client":"`+id2+`","reason":"\ud83d"`), "invalid", "", "FlagClient"},
		{"B11 low half first", with("FlagClient", `"client":"`+id2+`","reason":"\ude00\ud83d"`), "invalid", "", ""},
		{"B11 high half before an escape", with("FlagClient", `"client":"`+id2+`","reason":"\ud83d\n"`), "invalid", "", ""},
		{"B11 high half before another letter", with("FlagClient", `"client":"`+id2+`","reason":"\ud83d\u0041"`), "invalid", "", ""},
		{"B11 NaN", bonus("NaN"), "invalid", none, none},
		{"B11 Infinity", bonus("-Infinity"), "invalid", none, none},
		{"B11 single quotes", strings.ReplaceAll(client(`"`+id2+`"`), `"`, `'`), "invalid", none, none},
		{"B11 leading zero", bonus("010"), "invalid", none, none},
		{"B11 plus sign", bonus("+1"), "invalid", none, none},
		{"B11 hexadecimal", bonus("0x10"), "invalid", none, none},
		{"B11 underscore", bonus("1_000"), "invalid", none, none},
		{"B11 point alone", bonus("1."), "invalid", none, none},
		{"B11 minus alone", bonus("-"), "invalid", none, none},
		{"B11 True", with("SetAvailability", `"freelancer":"`+id2+`","available":True`), "invalid", none, none},
		{"B11 comma before the brace", with("RegisterClient", `"client":"`+id2+`",`), "invalid", none, none},
		{"B11 tab in a text", with("FlagClient", `"client":"`+id2+`","reason":"`+"\t"+`"`), "invalid", none, none},
		{"B11 unknown escape", with("FlagClient", `"client":"`+id2+`","reason":"\x41"`), "invalid", none, none},
		{"B11 comment", client(`"`+id2+`"`) + "// note", "invalid", none, none},
		{"B11 deep, as encoding/json", with("RegisterClient", `"x":`+strings.Repeat("[", 9_999)+strings.Repeat("]", 9_999)), "invalid", "", "RegisterClient"},
		{"B11 too deep", with("RegisterClient", `"x":`+strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)), "invalid", none, none},
		{"B11 half a million deep", strings.Repeat(`{"a":[`, 1<<17), "invalid", none, none},
		{"B11 64 KiB and more", with("FlagClient", `"client":"`+id2+`","reason":"`+strings.Repeat("x", 150_000)+`"`), "", "", ""},

		// Fine print B13: actor.
		{"B13 PauseContract", with("PauseContract", `"contract":"`+id2+`","actor":"freelancer"`), "", "", ""},
		{"B13 left out", with("PauseContract", `"contract":"`+id2+`"`), "", "", ""},
		{"B13 null", with("PauseContract", `"contract":"`+id2+`","actor":null`), "", "", ""},
		{"B13 empty", with("PauseContract", `"contract":"`+id2+`","actor":""`), "invalid", "", ""},
		{"B13 timer may not pause", with("PauseContract", `"contract":"`+id2+`","actor":"timer"`), "invalid", "", ""},
		{"B13 PayWeek", with("PayWeek", `"contract":"`+id2+`","week":"2016-W05","actor":"platform"`), "", "", ""},
		{"B13 PayWeek by a client", with("PayWeek", `"contract":"`+id2+`","week":"2016-W05","actor":"client"`), "invalid", "", ""},
		{"B13 elsewhere", with("RegisterClient", `"client":"`+id2+`","actor":"platform"`), "invalid", "", ""},
		{"B13 acted_by", actedBy(`"user-7"`), "", "", ""},
		{"B13 acted_by of every kind", actedBy(`"aZ09._:-"`), "", "", ""},
		{"B13 acted_by with escapes", actedBy(`"user\u002d7"`), "", "", ""},
		{"B13 acted_by null", actedBy(`null`), "", "", ""},
		{"B13 acted_by of 64", actedBy(`"` + strings.Repeat("u", 64) + `"`), "", "", ""},
		{"B13 acted_by of 65", actedBy(`"` + strings.Repeat("u", 65) + `"`), "invalid", "", "RegisterClient"},
		{"B13 acted_by empty", actedBy(`""`), "invalid", "", ""},
		{"B13 acted_by with a space", actedBy(`"user 7"`), "invalid", "", ""},
		{"B13 acted_by with a letter of another script", actedBy(`"müller"`), "invalid", "", ""},
		{"B13 acted_by number", actedBy(`7`), "invalid", "", ""},
		{"B13 acted_by false", actedBy(`false`), "invalid", "", ""},
		{"B13 acted_by twice", actedBy(`"user-7","acted_by":"user-7"`), "invalid", "", ""},
		{"B13 acted_by twice, null", actedBy(`null,"acted_by":null`), "invalid", "", ""},
		{"B13 acted_by in capitals", with("RegisterClient", `"client":"`+id2+`","Acted_By":"user-7"`), "invalid", "", ""},
		{"A1 acted_by and amount", with("PayBonus", `"contract":"`+id2+`","amount":-5,"acted_by":"no one"`), "invalid", "", ""},

		// Fine print B14: texts.
		{"B14 required, white space", with("FlagClient", `"client":"`+id2+`","reason":" \t\n"`), "invalid", "", ""},
		{"B14 required, number", with("FlagClient", `"client":"`+id2+`","reason":1`), "invalid", "", ""},
		{"B14 optional, empty", with("DeclineInvite", `"invite":"`+id2+`","reason":""`), "", "", ""},
		{"B14 optional, number", with("DeclineInvite", `"invite":"`+id2+`","reason":1`), "invalid", "", ""},
		{"B14 introduction and skills empty", skills("[]"), "", "", ""},
		{"B14 skills", skills(`["go", "s\u0071l"]`), "", "", ""},
		{"B14 skills no list", skills(`"go"`), "invalid", "", ""},
		{"B14 skills with a number", skills(`["go",1]`), "invalid", "", ""},
		{"B14 skills with null", skills(`["go",null]`), "invalid", "", ""},
		{"B14 skills with half a pair", skills(`["\ud83d"]`), "invalid", "", ""},

		// Fine print B15: field names and lists.
		{"B15 week", invoice(`"2016-W05"`), "", "", ""},
		{"B15 week without W", invoice(`"2016-05"`), "invalid", "", ""},
		{"B15 week of one digit", invoice(`"2016-W5"`), "invalid", "", ""},
		{"B15 week in small letters", invoice(`"2016-w05"`), "invalid", "", ""},
		{"B15 week 0", invoice(`"2016-W00"`), "invalid", "", ""},
		{"B15 week 53 that exists", invoice(`"2015-W53"`), "", "", ""},
		{"B15 week 53 that does not", invoice(`"2017-W53"`), "invalid", "", ""},
		{"B15 week as number", invoice(`201605`), "invalid", "", ""},
		{"B16 AssessJobSuccess", with("AssessJobSuccess", `"freelancer":"`+id2+`"`), "", "", "AssessJobSuccess"},
		{"B16 AssessJobSuccess brings no score", with("AssessJobSuccess", `"freelancer":"`+id2+`","score_bp":9000`), "invalid", "", "AssessJobSuccess"},
		{"E4 proposal without letter", with("SubmitProposal", `"proposal":"`+id+`","job":"`+id2+`","freelancer":"`+id2+`"`), "cover_letter_required", "", ""},
		{"E4 proposal", with("SubmitProposal", `"proposal":"`+id+`","job":"`+id2+`","freelancer":"`+id2+`","cover_letter":"Dear client"`), "", "", ""},
		{"A1 bid and letter", with("SubmitProposal", `"proposal":"`+id+`","job":"`+id2+`","freelancer":"`+id2+`","bid":0`), "invalid_amount", "", ""},
		{"A1 no Connects", with("GrantConnects", `"freelancer":"`+id2+`","n":0`), "invalid", "", ""},
		{"B10 a job's connects", with("PostJob", `"job":"`+id+`","client":"`+id2+`","kind":"fixed","connects":0`), "", "", ""},
		{"B10 a job without connects", with("PostJob", `"job":"`+id+`","client":"`+id2+`","kind":"fixed"`), "invalid", "", ""},

		// Fine print E4 and H1.
		{"E4 letter missing", accept(""), "cover_letter_required", "", ""},
		{"E4 letter null", accept(`,"cover_letter":null`), "cover_letter_required", "", ""},
		{"E4 letter white space", accept(`,"cover_letter":" \n "`), "cover_letter_required", "", ""},
		{"E4 letter of a wrong type", accept(`,"cover_letter":7`), "invalid", "", ""},
		{"E4 letter", accept(`,"cover_letter":"Dear client"`), "", "", ""},
		{"H1 six scores", scores(`{` + sixScores + `}`), "", "", ""},
		{"H1 spaces", scores(` { ` + sixScores + ` } `), "", "", ""},
		{"H1 five scores", scores(`{` + sixScores[len(`"skills":5,`):] + `}`), "invalid", "", ""},
		{"H1 seven scores", scores(`{` + sixScores + `,"humour":5}`), "invalid", "", ""},
		{"H1 hundreds of scores", scores(`{` + strings.Repeat(sixScores+",", 100) + sixScores + `}`), "invalid", "", ""},
		{"H1 other case", scores(`{"Skills":5,` + sixScores[len(`"skills":5,`):] + `}`), "invalid", "", ""},
		{"H1 a score twice", scores(`{` + sixScores + `,"skills":5}`), "invalid", "", ""},
		{"H1 score 0", scores(`{"skills":0,` + sixScores[len(`"skills":5,`):] + `}`), "invalid", "", ""},
		{"H1 score with fraction", scores(`{"skills":5.0,` + sixScores[len(`"skills":5,`):] + `}`), "invalid", "", ""},
		{"H1 no object", scores(`[5,5,5,5,4,5]`), "invalid", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var lines []*script.Line
			for l, err := range script.NewReader(strings.NewReader(tc.line)).Lines() {
				require.NoError(t, err)
				lines = append(lines, l)
			}
			require.Len(t, lines, 1)
			l := lines[0]
			require.Equal(t, tc.code, codeOf(t, l))
			require.EqualValues(t, 1, l.Number)
			require.Equal(t, tc.id != none, l.HasID)
			if l.HasID {
				require.Equal(t, id, l.ID.String())
			}
			switch {
			case tc.cmd == none:
				require.Nil(t, l.Cmd)
			case tc.cmd != "":
				require.Equal(t, tc.cmd, *l.Cmd)
			}
		})
	}
}

// codeOf is the code of a line's rejection, "" if it has none, after checking
// that the line's parts fit together.
func codeOf(t require.TestingT, l *script.Line) string {
	if l.Err == nil {
		require.True(t, l.HasID)
		require.Equal(t, *l.Cmd, aggregate.CommandName(l.Command))
		require.NoError(t, aggregate.Validate(l.Command))
		return ""
	}
	var r *aggregate.Rejection
	require.ErrorAs(t, l.Err, &r)
	require.NotEmpty(t, r.Detail)
	if r.Code != aggregate.Invalid {
		require.True(t, l.HasID)
		require.Equal(t, *l.Cmd, aggregate.CommandName(l.Command))
		require.Equal(t, r, aggregate.Validate(l.Command))
		require.Empty(t, l.Raw)
		return string(r.Code)
	}
	require.Nil(t, l.Command)
	require.Zero(t, l.At)
	require.Empty(t, l.ActedBy)
	require.Equal(t, l.HasID, l.Raw != "")
	return string(r.Code)
}

func TestLineHoldsTheCommand(t *testing.T) {
	l := script.ParseLine([]byte(with("StartContract", `"contract":"`+id+`","job":"`+id2+`","client":"`+id+`","freelancer":"`+id2+
		`","kind":"hourly","via":"invite","invite":"`+id+`","category":"caf\u00e9 \"x\"\/\\\b\f\n\r\t","hourly_rate":4000,"weekly_limit_minutes":600,"manual_time_allowed":false`)))
	require.NoError(t, l.Err)
	require.Equal(t, event.MustParseTime(at), l.At)
	rate, limit, manual := event.Money(4000), int64(600), false
	require.Equal(t, aggregate.StartContract{
		Contract: uuid.MustParse(id), Job: uuid.MustParse(id2), Client: uuid.MustParse(id), Freelancer: uuid.MustParse(id2),
		Kind: event.KindHourly, Via: event.ViaInvite, Invite: uuid.MustParse(id), Category: "café \"x\"/\\\b\f\n\r\t",
		HourlyRate: &rate, WeeklyLimitMinutes: &limit, ManualTimeAllowed: &manual,
	}, l.Command)
}

// A command is not changed by the lines that follow it, nor does it inherit
// anything from the one before.
func TestCommandsShareNothing(t *testing.T) {
	text := strings.Join([]string{
		with("ReleaseMilestone", `"contract":"`+id+`","milestone":"`+id2+`","amount":7`),
		with("ReleaseMilestone", `"contract":"`+id2+`","milestone":"`+id+`","amount":9`),
		with("ReleaseMilestone", `"contract":"`+id2+`","milestone":"`+id+`"`),
		skills(`["go","sql"]`), skills(`["c"]`), skills(`[]`),
	}, "\n")
	var got []aggregate.Command
	for l, err := range script.NewReader(strings.NewReader(text)).Lines() {
		require.NoError(t, err)
		require.NoError(t, l.Err)
		got = append(got, l.Command)
	}
	seven, nine := event.Money(7), event.Money(9)
	one, two := uuid.MustParse(id), uuid.MustParse(id2)
	require.Equal(t, []aggregate.Command{
		aggregate.ReleaseMilestone{Contract: one, Milestone: two, Amount: &seven},
		aggregate.ReleaseMilestone{Contract: two, Milestone: one, Amount: &nine},
		aggregate.ReleaseMilestone{Contract: two, Milestone: one},
		aggregate.DescribeProfile{Freelancer: two, Skills: []event.Text{"go", "sql"}},
		aggregate.DescribeProfile{Freelancer: two, Skills: []event.Text{"c"}},
		aggregate.DescribeProfile{Freelancer: two, Skills: []event.Text{}},
	}, got)
}

// What is wrong is told by field and place, never by quoting the line.
func TestRejectionsQuoteNothing(t *testing.T) {
	const secret = "secret"
	for _, line := range []string{
		secret,
		`{"` + secret + `":1}`,
		`{"id":"` + secret + `"}`,
		`{"id":"` + id + `","cmd":"` + secret + `"}`,
		with("RegisterClient", `"`+secret+`":1`),
		with("RegisterClient", `"client":"`+secret+`"`),
		with("SetVisibility", `"freelancer":"`+id2+`","visibility":"`+secret+`"`),
		with("PayBonus", `"contract":"`+id2+`","amount":"`+secret+`"`),
		with("InvoiceWeek", `"contract":"`+id2+`","week":"`+secret+`"`),
		strings.Replace(client(`"`+id2+`"`), at, secret, 1),
		scores(`{"` + secret + `":1}`),
		client(`"`+id2+`"`) + secret,
	} {
		l := script.ParseLine([]byte(line))
		require.ErrorIs(t, l.Err, aggregate.Invalid, line)
		require.NotContains(t, l.Err.Error(), secret)
	}
	line := with("PayBonus", `"contract":"`+id2+`","amount":5,"note":1`)
	var r *aggregate.Rejection
	require.ErrorAs(t, script.ParseLine([]byte(line)).Err, &r)
	require.Equal(t, "PayBonus", r.Command)
	require.Equal(t, fmt.Sprintf("a field that PayBonus does not have (byte %d)", 1+strings.Index(line, `"note"`)), r.Detail)
	line = scores(`{` + sixScores + `,"humour":5}`)
	require.ErrorAs(t, script.ParseLine([]byte(line)).Err, &r)
	require.Equal(t, fmt.Sprintf("scores: a field that scores does not have (byte %d)", 1+strings.Index(line, `"humour"`)), r.Detail)
}

// Who acted stands beside the command, wherever the line has it.
func TestActedBy(t *testing.T) {
	for text, want := range map[string]string{
		actedBy(`"user-7"`):                          "user-7",
		actedBy(`"user\u002d7"`):                     "user-7",
		actedBy(`null`):                              "",
		with("RegisterClient", `"client":"`+id2+`"`): "",
		`{"acted_by":"u","client":"` + id2 + `","cmd":"RegisterClient","at":"` + at + `","id":"` + id + `"}`: "u",
	} {
		l := script.ParseLine([]byte(text))
		require.NoError(t, l.Err)
		require.Equal(t, want, l.ActedBy, text)
		written, err := script.AppendActed(nil, l.ID, l.At, l.ActedBy, l.Command)
		require.NoError(t, err)
		again := script.ParseLine(written)
		again.Size, again.Number = l.Size, l.Number
		require.Equal(t, l, again)
	}
	refused := script.ParseLine([]byte(with("PayBonus", `"contract":"`+id2+`","amount":-5,"acted_by":"u"`)))
	require.ErrorIs(t, refused.Err, aggregate.InvalidAmount)
	require.Equal(t, "u", refused.ActedBy, "the line says it, whatever becomes of it")
	require.Equal(t, event.MustParseTime(at), refused.At)

	_, err := script.AppendActed(nil, uuid.MustParse(id), event.MustParseTime(at), "no one", aggregate.RegisterClient{Client: uuid.MustParse(id2)})
	require.ErrorIs(t, err, script.ErrNotEncodable)
	_, err = script.ParseCommand("RegisterClient", []byte(`{"client":"`+id2+`","acted_by":"u"}`))
	require.ErrorIs(t, err, aggregate.Invalid, "it is no field of a command")
}

// What is compared of an invalid line are its bytes, and they hide themselves.
func TestRaw(t *testing.T) {
	sing := `{"id":"` + id + `",  "cmd":"Sing","song":"hush"}`
	l := script.ParseLine([]byte(" \t" + sing + " \r"))
	require.Equal(t, sing, string(l.Raw))
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", l, *l, *l), "hush")
	require.Empty(t, script.ParseLine([]byte(`{"cmd":"Sing"}`)).Raw, "without an id nothing is compared")
}
