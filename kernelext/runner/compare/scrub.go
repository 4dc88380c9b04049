package compare

import "regexp"

// scrubs replace what differs from run to run; the order matters.
var scrubs = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]`), ""},
	{regexp.MustCompile(`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`), "<id>"},
	{regexp.MustCompile(`\b(?:gonb(?:_[a-z]+)*|fig|id)[-_][0-9a-f]{8,32}\b`), "<id>"},
	{regexp.MustCompile(`(?:/private)?(?:/var/folders|/var/tmp|/tmp)/[^\s:"'<>()]*`), "<temp>"},
	{regexp.MustCompile(`\b0x[0-9a-fA-F]{6,16}\b`), "<address>"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?`), "<time>"},
	{regexp.MustCompile(`\b\d\d:\d\d:\d\d(?:\.\d+)?\b`), "<time>"},
	// Go's own spelling, 1m30.5s, and that of people, 12.5 ms. A bare 5 s or 3 m might be a quantity of the text: a
	// fraction or a unit below the second makes it a measurement.
	{regexp.MustCompile(`\b(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?(?:ns|[uµμ]s|ms)\b`), "<duration>"},
	{regexp.MustCompile(`\b(?:\d+h)?(?:\d+m)?\d+\.\d+s\b`), "<duration>"},
	{regexp.MustCompile(`\b(?:\d+h\d+m|\d+m)\d+s\b`), "<duration>"},
	{regexp.MustCompile(`\b\d+(?:\.\d+)? (?:ns|[uµμ]s|ms)\b`), "<duration>"},
	{regexp.MustCompile(`\b\d+\.\d+ (?:s|seconds)\b`), "<duration>"},
}

func scrub(s string) string {
	for _, r := range scrubs {
		s = r.what.ReplaceAllString(s, r.with)
	}
	return s
}
