package show

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"downhill/kernelext/show/wire"
)

// Progress counts from 0 to n−1 as range n does, and shows meanwhile how far a long
// cell has come.
//
//	for i := range show.Progress(500) {
//		escaped[i] = run(uint64(i))
//	}
//
// It changes one output, four times a second at most. What stays is how far the loop
// came, which is the same in every run: "500 of 500". Outside a notebook that is
// printed when the loop has ended.
func Progress(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		b := bar{n: n, id: "/downhill/progress/" + once()}
		b.show(false)
		done := 0
		defer func() { // a loop that breaks, returns or panics leaves nothing that seems to run
			b.done = done
			b.show(true)
		}()
		for ; done < n; done++ {
			if now := time.Now(); now.Sub(b.shown) >= time.Second/4 {
				b.done = done
				b.show(false)
			}
			if !yield(done) {
				done++ // the turn that breaks was begun, and is counted
				return
			}
		}
	}
}

// bar is the output of [Progress].
type bar struct {
	n, done int
	id      string
	shown   time.Time
}

func (b *bar) show(ended bool) {
	b.shown = time.Now()
	text := fmt.Sprintf("%d of %d", b.done, b.n)
	html := text
	if !ended {
		html = fmt.Sprintf(`<progress value="%d" max="%d" style="width:14em;vertical-align:middle" aria-label="progress"></progress> `, b.done, b.n) + text
	}
	err := wire.Update(b.id, map[string]any{
		"text/html":  `<div style="font-size:90%;opacity:.85">` + html + `</div>`,
		"text/plain": text,
	})
	switch {
	case errors.Is(err, wire.ErrNoNotebook):
		if ended {
			fmt.Println(text)
		}
	case err != nil:
		panic("show: an output was lost: " + err.Error())
	}
}
