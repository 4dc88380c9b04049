package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"downhill/kernelext/runner"
)

// progress shows a run cell by cell: on a terminal a line for each notebook that is running, redrawn in place, with
// the finished ones above; elsewhere a plain line for each cell.
type progress struct {
	w     io.Writer
	width int // of the terminal; 0: not a terminal
	total int

	mu      sync.Mutex
	ended   int
	running []*shown
	lines   int // that are drawn and can be redrawn
	stop    chan struct{}
	stopped sync.WaitGroup
}

// shown is a notebook that is running.
type shown struct {
	nb          *runner.Notebook
	cell, cells int
	since       time.Time // when the cell began
	done        int
}

func newProgress(w io.Writer, total int) *progress {
	p := &progress{w: w, total: total, stop: make(chan struct{})}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.width = 80
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
			p.width = width
		}
		p.stopped.Go(p.tick)
	}
	return p
}

// tick keeps the seconds running.
func (p *progress) tick() {
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-t.C:
			p.mu.Lock()
			p.redraw("")
			p.mu.Unlock()
		}
	}
}

// end leaves the terminal clean.
func (p *progress) end() {
	close(p.stop)
	p.stopped.Wait()
	if p.width > 0 {
		p.redraw("")
	}
}

func (p *progress) event(e runner.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	line := ""
	switch e.What {
	case runner.NotebookStarted:
		p.running = append(p.running, &shown{nb: e.Notebook, cells: e.Cells, since: time.Now()})
	case runner.NotebookResumed:
		line = fmt.Sprintf("%s: %s", name(e.Notebook), e.Notebook.Resumed)
		p.find(e.Notebook).done = len(e.Notebook.Cells) - e.Notebook.Count(runner.NotRun)
	case runner.CellStarted:
		s := p.find(e.Notebook)
		s.cell, s.since = e.Cell.Number, time.Now()
	case runner.CellEnded:
		s := p.find(e.Notebook)
		s.done++
		if p.width == 0 {
			what := seconds(e.Cell.Elapsed)
			if e.Cell.Status == runner.Skipped {
				what = e.Cell.Reason
			}
			line = fmt.Sprintf("%s: cell %d %s (%d of %d) %s", name(e.Notebook), e.Cell.Number, e.Cell.Status, s.done, s.cells, what)
		}
	case runner.NotebookEnded:
		p.ended++
		line = fmt.Sprintf("%s: %s, %s in %s (%d of %d)", name(e.Notebook), e.Notebook.Status,
			cellsOf(e.Notebook.Executed()), seconds(e.Notebook.Elapsed), p.ended, p.total)
		for i, s := range p.running {
			if s.nb == e.Notebook {
				p.running = append(p.running[:i], p.running[i+1:]...)
				break
			}
		}
	}
	if p.width > 0 {
		p.redraw(line)
	} else if line != "" {
		fmt.Fprintln(p.w, line)
	}
}

func (p *progress) find(n *runner.Notebook) *shown {
	for _, s := range p.running {
		if s.nb == n {
			return s
		}
	}
	return &shown{}
}

// redraw replaces what was drawn by the lasting line, if there is one, and the notebooks that are running.
func (p *progress) redraw(lasting string) {
	var b strings.Builder
	if p.lines > 0 {
		fmt.Fprintf(&b, "\x1b[%dA\r\x1b[J", p.lines)
	}
	if lasting != "" {
		b.WriteString(lasting + "\n")
	}
	p.lines = len(p.running)
	for _, s := range p.running {
		wide := min(20, max(0, p.width/2-20)) // where there is little room, the words have it
		full := 0
		if s.cells > 0 {
			full = min(wide, s.done*wide/s.cells)
		}
		what := "the kernel starts"
		if s.cell > 0 {
			what = fmt.Sprintf("cell %d %s", s.cell, seconds(time.Since(s.since)))
		}
		line := strings.TrimLeft(fmt.Sprintf("%s%s %s: %d of %d, %s", strings.Repeat("█", full), strings.Repeat("░", wide-full),
			name(s.nb), s.done, s.cells, what), " ")
		if runes := []rune(line); len(runes) >= p.width {
			line = string(runes[:p.width-1])
		}
		b.WriteString(line + "\n")
	}
	io.WriteString(p.w, b.String())
}

func name(n *runner.Notebook) string { return filepath.ToSlash(n.Rel) }

func cellsOf(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
