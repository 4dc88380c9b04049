package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
	"time"
)

// full is the cause of a cell's end because it filled the disk.
type full struct {
	limit   int64
	largest string // file
}

func (f *full) Error() string {
	text := fmt.Sprintf("stopped: it filled the disk: the notebook's folder and temporary files grew by more than the %s allowed",
		amount(f.limit))
	if f.largest != "" {
		text += ", most by " + f.largest
	}
	return text
}

// amount writes a size as people do.
func amount(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d bytes", n)
}

// disk is how much a notebook may add to the disk, in bytes; 0: without end.
func (o *Options) disk() int64 {
	switch {
	case o.Disk == 0:
		return 2 << 30
	case o.Disk < 0:
		return 0
	}
	return o.Disk
}

// diskWatch looks at what a notebook's cells write. What they write elsewhere is bounded only file by file; see
// jupyter.Config.FileSize.
type diskWatch struct {
	limit   int64
	folders []string
	before  int64 // bytes in them when the kernel started, or when there was too much before
	began   time.Time
}

func (s *session) watchDisk() {
	s.grown = diskWatch{limit: s.disk(), folders: []string{filepath.Dir(s.nb.Path)}, began: time.Now()}
	if k, ok := s.kernel.(interface{ TempDir() string }); ok {
		s.grown.folders = append(s.grown.folders, k.TempDir())
	}
	s.grown.before, _ = s.grown.measure()
}

// check returns a *full when there is too much. From then on only what is added counts.
func (w *diskWatch) check() error {
	if w.limit == 0 || w.folders == nil {
		return nil
	}
	now, largest := w.measure()
	if now-w.before < w.limit {
		return nil
	}
	w.before = now
	return &full{w.limit, largest}
}

// until checks again and again until it finds something or stop is closed, and then a last time. The channel brings one
// result. Looking takes a twentieth of the time at most.
func (w *diskWatch) until(stop <-chan struct{}) <-chan error {
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
func (w *diskWatch) measure() (sum int64, largest string) {
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
