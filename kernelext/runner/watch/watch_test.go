package watch

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDisk(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	write := func(dir, name string, size int) {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(a, "before", 4<<20)
	if err := os.Chtimes(filepath.Join(a, "before"), time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	w := NewDisk(3<<20, a, b)
	ended := make(chan struct{})
	close(ended)
	write(a, "small", 1<<20)
	if err := <-w.Until(ended); err != nil {
		t.Error("1 of 3 MiB:", err)
	}
	write(b, "large", 2<<20)
	err := <-w.Until(make(chan struct{}))
	if err == nil || !strings.HasSuffix(err.Error(), "more than the 3.0 MiB allowed, most by large") {
		t.Error("3 of 3 MiB:", err)
	}
	if err := <-w.Until(ended); err != nil {
		t.Error("told a second time:", err)
	}
	if err := <-NewDisk(0, a).Until(ended); err != nil {
		t.Error("without end:", err)
	}
}

func TestLimits(t *testing.T) {
	ctx, cancel := WithLimit(t.Context(), time.Millisecond, "the cell")
	defer cancel()
	<-ctx.Done()
	if err := context.Cause(ctx); err.Error() != "timed out: the cell took longer than 1ms" {
		t.Error(err)
	}
	ctx, cancel = WithLimit(t.Context(), 0, "the cell")
	cancel()
	if err := context.Cause(ctx); err != context.Canceled {
		t.Error(err)
	}
	s := NewSilence(time.Millisecond)
	<-s.Over()
	if err := s.Cause(); err.Error() != "timed out: the cell's silence took longer than 1ms" {
		t.Error(err)
	}
	s.Broken()
	<-s.Over()
	none := NewSilence(0)
	none.Broken()
	none.Stop()
	if none.Over() != nil {
		t.Error("a silence without end is over")
	}
}
