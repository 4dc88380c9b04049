package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
	"time"
)

// Full is the cause of a cell's end because it filled the disk.
type Full struct {
	limit   int64
	largest string // file
}

func (f *Full) Error() string {
	text := fmt.Sprintf("stopped: it filled the disk: the notebook's folder and temporary files grew by more than the %s allowed",
		Amount(f.limit))
	if f.largest != "" {
		text += ", most by " + f.largest
	}
	return text
}

// Amount writes a size in bytes as people do.
func Amount(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d bytes", n)
}

// Disk looks at what a notebook's cells write below some folders. What they write elsewhere is bounded only file by
// file; see jupyter.Config.FileSize.
type Disk struct {
	limit   int64
	folders []string
	before  int64 // bytes in them when the kernel started, or when there was too much before
	began   time.Time
}

// fileClock bounds how far the clock of files, which ticks slowly, can lag behind ours.
const fileClock = 20 * time.Millisecond

// NewDisk watches that the folders grow by no more than limit bytes, 0 for any number, from now on.
func NewDisk(limit int64, folders ...string) *Disk {
	w := &Disk{limit: limit, folders: folders, began: time.Now().Add(-fileClock)}
	if limit > 0 {
		w.before, _ = w.measure()
	}
	return w
}

// check returns a *Full when there is too much. From then on only what is added counts.
func (w *Disk) check() error {
	if w.limit == 0 {
		return nil
	}
	now, largest := w.measure()
	if now-w.before < w.limit {
		return nil
	}
	w.before = now
	return &Full{w.limit, largest}
}

// Until checks again and again until it finds something or stop is closed, and then a last time. The channel brings one
// result. Looking takes a twentieth of the time at most.
func (w *Disk) Until(stop <-chan struct{}) <-chan error {
	found := make(chan error, 1)
	go func() {
		pause := 100 * time.Millisecond
		for {
			select {
			case <-stop:
				found <- w.check()
				return
			case <-time.After(pause):
			}
			began := time.Now()
			if err := w.check(); err != nil {
				found <- err
				return
			}
			pause = max(pause, 20*time.Since(began))
		}
	}()
	return found
}

var errTooMany = errors.New("too many files")

// measure adds up what files take on the disk, and finds the largest. It looks at a bounded number of them.
func (w *Disk) measure() (sum int64, largest string) {
	var most int64
	for _, folder := range w.folders {
		seen := 0
		_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if seen++; seen > 200_000 {
				return errTooMany
			}
			if err != nil || !d.Type().IsRegular() {
				return nil
			}
			info, err := d.Info()
			if err != nil {
				return nil
			}
			size := info.Size()
			if stat, ok := info.Sys().(*syscall.Stat_t); ok {
				size = stat.Blocks * 512 // a file with holes takes less, one of a byte more
			}
			if sum += size; size > most && !info.ModTime().Before(w.began) {
				most, largest = size, filepath.Base(path)
			}
			return nil
		})
	}
	return sum, largest
}
