package runner

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"downhill/kernelext/gonb"
	"downhill/kernelext/nbformat"
	"downhill/kernelext/runner/frontend"
	"downhill/kernelext/runner/outputs"
	"downhill/kernelext/runner/watch"
)

// session is one notebook with its kernel.
type session struct {
	*run
	nb      *Notebook
	book    *outputs.Book
	kernel  Kernel             // nil before the first cell and after it was lost
	counted map[int]*Cell      // by the execution count of this kernel
	front   *frontend.Frontend // of this kernel
	written time.Time
	grown   *watch.Disk // since this kernel started

	hidesPrintln bool // the notebook has a println of its own
}

// storeEvery bounds how much a killed run can lose, without writing a large file after each of many quick cells.
const storeEvery = time.Second

func (s *session) all(ctx context.Context) {
	o := outputs.Options{Limits: s.Limits}
	if s.Kernels.GoNB {
		o.GoNB, o.EndMark, o.Hidden = true, gonb.EndMark, gonb.EndStatement
	}
	s.book = outputs.NewBook(o)
	for _, c := range s.nb.Cells {
		s.hidesPrintln = s.hidesPrintln || gonb.HidesPrintln(c.doc.Source())
		c.stored = c.doc.Outputs()
		c.doc.SetOutputs(nil)
		c.doc.SetExecutionCount(0)
	}
	defer s.finish()
	if len(s.nb.Cells) == 0 {
		return
	}
	ctx, cancel := watch.WithLimit(ctx, orDefault(s.Timeouts.Notebook, 0), "the notebook")
	defer cancel()
	for _, c := range s.nb.Cells[s.resume(ctx):] {
		if c.Reason = s.skip(c); c.Reason != "" {
			c.Status = Skipped
			s.tell(CellEnded, s.nb, c)
			continue
		}
		switch {
		case ctx.Err() != nil:
			s.notebookProblem(s.stopped(context.Cause(ctx)))
			return
		case s.kernel == nil && !s.start(ctx):
			return
		}
		s.tell(CellStarted, s.nb, c)
		modules := ""
		if s.Kernels.GoNB && gonb.HasShell(c.doc.Source()) {
			modules = s.modules()
		}
		s.cell(ctx, c)
		if s.Kernels.GoNB && c.Status == Passed {
			c.left = s.residue(c, modules)
		}
		if time.Since(s.written) >= storeEvery && s.Stored != Accept {
			s.store()
		}
		s.tell(CellEnded, s.nb, c)
		if c.Status == Failed && !s.KeepGoing && c.Problem.Kind != Differs {
			return // a cell that only differs leaves the kernel as those after it expect
		}
	}
}

// skip says why a cell is not to be run; "" when it is.
func (s *session) skip(c *Cell) string {
	switch {
	case strings.TrimSpace(c.doc.Source()) == "":
		return "it is empty"
	}
	for _, tag := range []string{"skip-execution", "nbval-skip"} {
		if c.doc.HasTag(tag) {
			return "its tag " + tag
		}
	}
	return c.Reason
}

// start starts a kernel; when that fails the notebook is at its end.
func (s *session) start(ctx context.Context) bool {
	if l, spec := language(s.nb.Document); l != "" && s.Kernels.Language != "" && l != s.Kernels.Language {
		p := &Problem{Path: s.nb.Path, Kind: WrongKernel,
			Text: fmt.Sprintf("the notebook is written in %s and the kernel runs %s", l, s.Kernels.Language)}
		if spec != "" {
			p.Text += ": run it by itself with the kernel that it asks for, " + spec
		}
		s.notebookProblem(p)
		return false
	}
	k, err := s.Kernels.Start(ctx, filepath.Dir(s.nb.Path), s.disk())
	switch {
	case err == nil:
		s.kernel, s.counted = k, map[int]*Cell{}
		s.front = frontend.New(k.Send)
		folders := []string{filepath.Dir(s.nb.Path)}
		if k, ok := k.(interface{ TempDir() string }); ok {
			folders = append(folders, k.TempDir())
		}
		s.grown = watch.NewDisk(s.disk(), folders...)
		return true
	case ctx.Err() != nil:
		s.notebookProblem(s.stopped(context.Cause(ctx)))
	default:
		s.notebookProblem(&Problem{Path: s.nb.Path, Kind: NoKernel, Text: oneLine(err.Error()), Detail: plain(err.Error())})
	}
	return false
}

// language is what a notebook says that its cells are written in, and the kernelspec that it names; "" when it does not.
func language(doc *nbformat.Notebook) (language, kernel string) {
	var spec struct{ Language, Name string }
	var info struct{ Name string }
	doc.Metadata().Decode("language_info", &info)
	doc.Metadata().Decode("kernelspec", &spec)
	return strings.ToLower(cmp.Or(info.Name, spec.Language)), spec.Name
}

func (s *session) notebookProblem(p *Problem) {
	if s.nb.Problem == nil {
		s.nb.Problem = p
	}
}

// finish closes the kernel, stores what there is and judges the notebook as a whole.
func (s *session) finish() {
	s.drain()
	s.lose()
	passed := func() bool { return s.nb.Problem == nil && s.nb.Count(Failed) == 0 }
	if s.Stored != Accept || passed() {
		s.store()
	}
	if p := s.nb.Cause(); p != nil {
		for _, c := range s.nb.Cells {
			if c.Status == NotRun {
				c.Reason = p.because()
			}
		}
	}
	s.nb.Status = Failed
	if passed() {
		s.nb.Status = Passed
	}
}

// drain hears what the kernel has sent after a cell's end.
func (s *session) drain() {
	if s.kernel == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if s.kernel.Drain(ctx, s.book.Late) != nil {
		s.lose() // dead, or deaf
	}
}

// lose gives the kernel up, with all that it started.
func (s *session) lose() {
	if s.kernel != nil {
		s.front.Close()
		s.kernel.Close()
		s.kernel = nil
	}
}

// store puts the outputs into the document and the document into its file.
func (s *session) store() {
	for _, c := range s.nb.Cells {
		if c.outs != nil && c.outs.TakeChanged() {
			c.doc.SetOutputs(c.outs.Outputs())
		}
	}
	if s.Stored == Accept {
		s.keepStored()
	}
	s.written = time.Now()
	if s.nb.Out == "" {
		return
	}
	err := os.MkdirAll(filepath.Dir(s.nb.Out), 0o777)
	if err == nil {
		err = s.nb.Document.WriteFile(s.nb.Out)
	}
	if err != nil {
		s.notebookProblem(&Problem{Path: s.nb.Path, Kind: Unwritable, Text: oneLine("cannot store the executed notebook: " + err.Error())})
	}
}
