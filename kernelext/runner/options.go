package runner

import (
	"runtime"
	"time"

	"downhill/kernelext/runner/outputs"
	"downhill/kernelext/runner/params"
)

// Options say how to run notebooks. The zero value of a field is the default that its comment names.
type Options struct {
	Kernels Kernels
	Jobs    int // notebooks at a time; 0: one a core

	// Weight says how long a notebook took before, 0 when that is not known; nil: never. With several jobs the longest are
	// started first, so that the run does not end with one of them alone; the report has the order of the sources.
	Weight func(Source) float64

	Timeouts Timeouts
	Limits   outputs.Limits // of what a cell may store

	// Disk bounds what the cells of a notebook add to its folder and to the kernel's temporary files, and the size of
	// any file, in bytes; 0: 2 GiB, negative: without end. Notebooks that run side by side in one folder share it.
	Disk int64

	Past map[string]*Past // by the path of the notebook: what an earlier run has left of it
	Skip []Skip           // cells that are not to be run

	Stored Stored         // what the outputs are for that the notebooks come with
	Params []params.Value // set in the notebooks that declare them

	KeepGoing bool // run the cells after a failed one too, in a fresh kernel when the kernel was lost
	FailFast  bool // start no further notebook once one has failed
	Timing    bool // store when each cell ran in metadata.execution; files then differ from run to run

	// Events is told of everything that happens, one event at a time; nil: nobody listens. It must not block long.
	Events func(Event)
}

// Timeouts bound a run. Zero is the default, negative is without end.
type Timeouts struct {
	Cell     time.Duration // one cell; default 2 minutes
	Notebook time.Duration // all cells of a notebook; default none
	Total    time.Duration // the whole run; default none
	Silence  time.Duration // a cell that sends nothing; default none
	Grace    time.Duration // between asking a cell to stop and killing its kernel; default 2 seconds
}

func (t Timeouts) cell() time.Duration  { return orDefault(t.Cell, 2*time.Minute) }
func (t Timeouts) grace() time.Duration { return orDefault(t.Grace, 2*time.Second) }

// orDefault returns 0 for a time without end.
func orDefault(d, standard time.Duration) time.Duration {
	switch {
	case d == 0:
		return standard
	case d < 0:
		return 0
	}
	return d
}

// disk is 0 when a notebook may add to the disk without end.
func (o *Options) disk() int64 {
	switch {
	case o.Disk == 0:
		return 2 << 30
	case o.Disk < 0:
		return 0
	}
	return o.Disk
}

func (o *Options) jobs() int {
	if o.Jobs > 0 {
		return o.Jobs
	}
	return runtime.NumCPU()
}
