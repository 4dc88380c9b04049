package site

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	negative   = regexp.MustCompile(`(^|[\s\[(±])-(\d)`)
	scientific = regexp.MustCompile(`(^|[\s\[(±−])(\d(?:\.\d{1,15})?)e([-+−]?)(\d{1,3})\b`)
	plainly    = regexp.MustCompile(`^[−-]?\d[\d,]*(\.\d+)?(e[-+−]?\d+)?%?$`)
)

// raised are the digits of an exponent.
var raised = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")

// numbers spells the numbers of a text as books do and the figures: −0.8 for -0.8, 1.2·10⁻⁹ for 1.2e-09, and 12150 for
// 1.215e+04.
func numbers(text string) string {
	text = negative.ReplaceAllString(text, "$1−$2")
	return scientific.ReplaceAllStringFunc(text, func(found string) string {
		m := scientific.FindStringSubmatch(found)
		exponent := strings.TrimLeft(m[4], "0")
		switch v, err := strconv.ParseFloat(m[2]+"e"+m[4], 64); {
		case err != nil:
			return found
		case m[3] != "-" && m[3] != "−" && len(exponent) <= 1 && v < 1e6:
			return m[1] + strconv.FormatFloat(v, 'f', -1, 64)
		case m[3] != "" && m[3] != "+":
			exponent = "⁻" + exponent
		}
		power := "10" + raised.Replace(exponent)
		if m[2] == "1" {
			return m[1] + power
		}
		return m[1] + m[2] + "·" + power
	})
}

// number tells whether a text is nothing but a number.
func number(text string) bool { return plainly.MatchString(text) }
