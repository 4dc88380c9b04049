// Package notebooks_test runs every notebook of this folder on the kernel that learners use.
package notebooks_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"downhill/kernelext/nbtest"
)

// Every statement of the sources, C01 to C85, is settled by one cell of the course. Which, and how, is the claim table
// of the site; that each check refuses a wrong value is package check's business.
func TestNotebooks(t *testing.T) {
	ran := nbtest.Run(t, ".")
	if all, err := filepath.Glob("*.ipynb"); err != nil || len(ran) < len(all) {
		t.Logf("%d of %d notebooks were asked for: the claims are not counted", len(ran), len(all))
		return
	}
	settled := map[string][]string{}
	for _, n := range ran {
		for _, c := range n.Cells {
			for _, r := range c.Checks {
				if r.Kind == "claim" {
					settled[r.ID] = append(settled[r.ID], fmt.Sprintf("%s:cell %d", n.Path, c.Number))
				}
			}
		}
	}
	for i := 1; i <= 85; i++ {
		id := fmt.Sprintf("C%02d", i)
		if where := settled[id]; len(where) != 1 {
			t.Errorf("claim %s is settled %d times, want once: %v", id, len(where), where)
		}
		delete(settled, id)
	}
	for id, where := range settled {
		t.Errorf("%s is not a claim of the sources: %v", id, where)
	}
}
