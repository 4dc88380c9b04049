package wire

import (
	"encoding/gob"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// The kernel's pipes as it made them; share may put others into the environment.
var pipeTo, pipeFrom = os.Getenv(protocol.GONB_PIPE_ENV), os.Getenv(protocol.GONB_PIPE_BACK_ENV)

// A cell may use package gonbui beside show: for widgets, or to display HTML of its
// own. Then two gob encoders would write into one pipe, and the kernel's decoder stops
// at the first type that is defined twice: everything after it is lost. So where
// gonbui is linked in it gets pipes that end here, before it opens any, and what it
// sends goes out through our encoder.
func init() {
	if InNotebook() && gonbuiLinked() {
		share()
	}
}

// gonbuiLinked tells by the logging module that gonbui brings along. A build that
// does not say what is in it may have it.
func gonbuiLinked() bool {
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) == 0 {
		return true
	}
	for _, m := range info.Deps {
		if strings.HasPrefix(m.Path, "k8s.io/klog") {
			return true
		}
	}
	return false
}

// back takes the kernel's messages that are not ours to gonbui; nil if it is not there.
var back *gob.Encoder

func share() {
	r, theirs, err := os.Pipe()
	if err != nil {
		return // no descriptors left: gonbui alone or show alone still work
	}
	theirs2, w, err := os.Pipe()
	if err != nil {
		r.Close()
		theirs.Close()
		return
	}
	back = gob.NewEncoder(w)
	os.Setenv(protocol.GONB_PIPE_ENV, fmt.Sprintf("/dev/fd/%d", theirs.Fd()))
	os.Setenv(protocol.GONB_PIPE_BACK_ENV, fmt.Sprintf("/dev/fd/%d", theirs2.Fd()))
	go func() {
		// gonbui opens its ends by name, as late as it likes: they stay open till then.
		defer theirs.Close()
		defer theirs2.Close()
		forward(gob.NewDecoder(r))
	}()
}

// forward sends on what gonbui wrote. gonbui numbers its sync requests from 0 up, we
// ours from −1 down, so that the answers find their way.
func forward(dec *gob.Decoder) {
	for {
		var data protocol.DisplayData
		if dec.Decode(&data) != nil {
			return
		}
		mu.Lock()
		if connect() == nil {
			if err := link.enc.Encode(&data); err != nil {
				down = fmt.Errorf("wire: sending for gonbui: %w", err)
			}
		}
		mu.Unlock()
	}
}
