package esdbtest

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestGUIDForms: the forms of one id.
func TestGUIDForms(t *testing.T) {
	for _, text := range []string{
		"00112233-4455-6677-8899-aabbccddeeff",
		"00112233-4455-6677-8899-AABBCCDDEEFF",
		"  00112233-4455-6677-8899-aabbccddeeff\t\n",
		"\u00a000112233-4455-6677-8899-aabbccddeeff\u2003",
		"00112233445566778899aabbccddeeff",
		"00112233445566778899AaBbCcDdEeFf",
		"{00112233-4455-6677-8899-aabbccddeeff}",
		"(00112233-4455-6677-8899-aabbccddeeff)",
		" (00112233-4455-6677-8899-aabbccddeeff) ",
		"0x112233-4455-6677-8899-aabbccddeeff",
		"+0112233-4455-6677-8899-aabbccddeeff",
		"{0X112233-4455-6677-8899-aabbccddeeff}",
		"{0x00112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}",
		"{0X112233,0X4455,0X006677,{0X88,0X99,0XAA,0XBB,0XCC,0XDD,0XEE,0X00FF}}",
		" { 0x00112233 , 0x4455 , 0x6677 , { 0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee, 0xff } } ",
		"{0x+0x112233,0xF4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}",
	} {
		id, err := parseGUID(text)
		require.NoError(t, err, text)
		require.Equal(t, uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff"), id, text)
	}
}

// TestNoGUID: what is said of texts that are no ids.
func TestNoGUID(t *testing.T) {
	for text, want := range map[string]error{
		"":                              guidUnrecognized,
		"not-an-id":                     guidUnrecognized,
		"00112233-4455-6677-8899-aabbc": guidUnrecognized,
		"                                       0":                               guidUnrecognized,
		"00112233445566778899aabbccddeefff":                                      guidLength,
		"00112233-4455-6677-8899-aabbccddeef":                                    guidLength,
		"00112233-4455-6677-8899-aabbccddeefff":                                  guidLength,
		"(00112233-4455-6677-8899-aabbccddeeff}":                                 guidLength,
		"{00112233-4455-6677-8899-aabbccddeeff)":                                 guidLength,
		"(00112233445566778899aabbccddeeff)":                                     guidLength,
		"00112233-44556-677-8899-aabbccddeeff":                                   guidDashes,
		"001122334-455-6677-8899-aabbccddeeff":                                   guidLength,
		"0011223x-4455-6677-8899-aabbccddeeff":                                   guidDigits,
		"00112233-4455-6677-8899-aabbccddeefg":                                   guidDigits,
		"00112233-4455-6677-8899-aabbccdd0xff":                                   guidDigits,
		"00112233-4455-6677-8899-aabbccddeef\u00e9":                              guidDigits,
		"gg112233445566778899aabbccddeeff":                                       guidDigits,
		"{00112233445566778899aabbccddeeff}":                                     guidPrefix,
		"{0x00112233445566778899aabbccddeeff}":                                   guidComma,
		"{0x00112233,0x4455,0x6677,0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}":     guidBrace,
		"{0x00112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff":     guidLastBrace,
		"{0x00112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}":    guidEndBrace,
		"{0x00112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}}":  guidMore,
		"{0x00112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0x100}}":  guidUnrecognized,
		"{0x100112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}":  guidUnrecognized,
		"{0x0011223g,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}":   guidDigits,
		"{0x00112233,4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}    ": guidPrefix,
	} {
		_, err := parseGUID(text)
		require.Equal(t, want, err, "%q", text)
	}
}

// TestGUIDsNeverPanic: whatever the text.
func TestGUIDsNeverPanic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("{}(),-0xX+ aF9é\U0001F600")), 0, 80, -1).Draw(t, "text")
		if id, err := parseGUID(text); err != nil {
			require.Equal(t, uuid.Nil, id)
			require.IsType(t, refusal(""), err)
		}
	})
}
