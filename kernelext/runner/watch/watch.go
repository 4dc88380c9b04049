// Package watch tells when a cell or a run is to be stopped from outside: it took too long, was silent too long, or
// filled the disk. It stops nothing itself.
package watch

import (
	"context"
	"fmt"
	"time"
)

// Timeout is the cause of an end because something took too long.
type Timeout struct {
	what string
	d    time.Duration
}

func (l *Timeout) Error() string {
	return fmt.Sprintf("timed out: %s took longer than %v", l.what, l.d)
}

// WithLimit ends ctx after d with a *Timeout as its cause; 0 is without end.
func WithLimit(ctx context.Context, d time.Duration, what string) (context.Context, context.CancelFunc) {
	if d == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, d, &Timeout{what, d})
}

// Silence ends when nothing was heard for a time.
type Silence struct {
	d     time.Duration
	timer *time.Timer
}

// NewSilence begins one that may last d; 0 is without end.
func NewSilence(d time.Duration) *Silence {
	if d == 0 {
		return &Silence{}
	}
	return &Silence{d: d, timer: time.NewTimer(d)}
}

// Over receives when it has lasted too long.
func (s *Silence) Over() <-chan time.Time {
	if s.timer == nil {
		return nil
	}
	return s.timer.C
}

// Broken begins it anew.
func (s *Silence) Broken() {
	if s.timer != nil {
		s.timer.Reset(s.d)
	}
}

// Stop ends the watch.
func (s *Silence) Stop() {
	if s.timer != nil {
		s.timer.Stop()
	}
}

// Cause says what is over.
func (s *Silence) Cause() error { return &Timeout{"the cell's silence", s.d} }
