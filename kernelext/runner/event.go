package runner

import "time"

// What tells what an Event is about.
type What int

const (
	NotebookStarted What = iota
	NotebookResumed      // where is in Notebook.Resumed
	CellStarted
	CellEnded // or was skipped
	NotebookEnded
)

// Event is one step of a run.
type Event struct {
	What     What
	Notebook *Notebook     // its cells up to Cell are final; read only while the event is handled
	Cell     *Cell         // CellStarted, CellEnded
	Cells    int           // how many code cells the notebook has
	Elapsed  time.Duration // since the run started
}
