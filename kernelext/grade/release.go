package grade

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"downhill/kernelext/grade/assignment"
	"downhill/kernelext/grade/examiner"
	"downhill/kernelext/nbformat"
)

// Release checks an assignment and returns what students get. It refuses one that would not grade honestly: the reference
// solution must pass everything (Prepare sees to that), the stubs must compile and earn nothing, each mutant must fail
// the parts that name it, and no hidden text may be left anywhere.
func (e *Exam) Release(ctx context.Context) (*nbformat.Notebook, error) {
	a := e.Assignment
	nb, err := a.Strip()
	if err != nil {
		return nil, err
	}
	if leaks, err := a.Leaks(nb); err != nil {
		return nil, err
	} else if len(leaks) > 0 {
		return nil, fmt.Errorf("%s: the release would still show hidden text: %q", a.Path, leaks[0])
	}
	if err := e.checkStub(ctx, nb); err != nil {
		return nil, err
	}
	for _, m := range a.Mutants {
		if err := e.checkMutant(ctx, m); err != nil {
			return nil, err
		}
	}
	return nb, nil
}

func (e *Exam) checkStub(ctx context.Context, release *nbformat.Notebook) error {
	found := match(e.Assignment, release)
	results, notices, err := e.examine(ctx, 0, found.cells)
	if err != nil {
		return err
	}
	for _, r := range results {
		switch r.Class {
		case examiner.Passed:
			return fmt.Errorf("%s: %q passes without any answer", e.Assignment.Path, r.Cell+": "+r.Part)
		case examiner.CompileError:
			return fmt.Errorf("%s: the stubs do not compile: %s %s", e.Assignment.Path, r.Message, r.Where)
		}
	}
	for _, n := range slices.Concat(found.notices, notices) {
		return fmt.Errorf("%s: the release itself has a fault: %s", e.Assignment.Path, n)
	}
	return nil
}

// checkMutant grades the reference solution with the mutant's declarations in place of its own.
func (e *Exam) checkMutant(ctx context.Context, m assignment.Mutant) error {
	var own []answer
	for _, c := range e.Assignment.Cells {
		if c.Kind == assignment.Answer {
			own = append(own, answer{c.ID(), c.Number, c.Source})
		}
	}
	own = append(own, answer{"", m.Cell, m.Source})
	results, notices, err := e.examine(ctx, 0, own)
	if err != nil {
		return err
	}
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s:cell %d: mutant %q: %s", e.Assignment.Path, m.Cell, m.Name, fmt.Sprintf(format, args...))
	}
	if len(notices) > 0 {
		return fail("%s", strings.Join(notices, "; "))
	}
	for _, want := range m.Fails {
		i := slices.IndexFunc(results, func(r examiner.Result) bool { return r.Cell+": "+r.Part == want })
		switch {
		case i < 0:
			return fail("there is no part %q", want)
		case results[i].Class == examiner.Passed:
			return fail("is not caught: %q passes", want)
		}
	}
	return nil
}
