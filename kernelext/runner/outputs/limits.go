package outputs

import (
	"fmt"
	"strings"
)

// Limits bound what one cell may store, and with it the memory that a cell that prints for ever can take.
type Limits struct {
	Bytes int // of text and data of a cell; 0: 16 MiB
	Count int // of outputs of a cell; 0: 1000
}

func (l Limits) maxBytes() int {
	if l.Bytes > 0 {
		return l.Bytes
	}
	return 16 << 20
}

func (l Limits) maxCount() int {
	if l.Count > 0 {
		return l.Count
	}
	return 1000
}

// dropped counts what went over the limits.
type dropped struct{ bytes, outputs int }

// notice is the line that stands in the notebook in place of what was dropped.
func (d dropped) notice(l Limits) string {
	if d == (dropped{}) {
		return ""
	}
	var what []string
	if d.outputs > 0 {
		what = append(what, fmt.Sprintf("%d outputs", d.outputs))
	}
	what = append(what, size(d.bytes))
	return fmt.Sprintf("[downhill: %s more were dropped: a cell keeps at most %d outputs and %s]\n",
		strings.Join(what, ", "), l.maxCount(), size(l.maxBytes()))
}

func size(n int) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}

// ends keeps the first and the last part of a long text: where a program's cause and its exit status stand.
type ends struct{ head, tail []byte }

const endsBytes = 128 << 10

func (e *ends) write(s string) {
	if room := endsBytes - len(e.head); room > 0 {
		n := min(room, len(s))
		e.head = append(e.head, s[:n]...)
		s = s[n:]
	}
	e.tail = append(e.tail, s[max(0, len(s)-endsBytes):]...)
	if len(e.tail) > 2*endsBytes {
		e.tail = append(e.tail[:0], e.tail[len(e.tail)-endsBytes:]...)
	}
}

func (e *ends) String() string { return string(e.head) + string(e.tail) }
