package wire

import (
	"context"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// A child of this test plays the cell's program; its environment names the pipes.
func TestMain(m *testing.M) {
	switch os.Getenv("WIRE_TEST_CHILD") {
	case "":
		os.Exit(m.Run())
	case "display":
		for i := range 100 {
			if err := Display(map[string]any{"text/plain": fmt.Sprint(i)}); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
		}
	case "share":
		share()
		if err := beside(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
}

// beside displays as gonbui does, with an encoder of its own, in turn with Display.
func beside() error {
	to, err := os.OpenFile(os.Getenv(protocol.GONB_PIPE_ENV), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	from, err := os.OpenFile(os.Getenv(protocol.GONB_PIPE_BACK_ENV), os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	enc, dec := gob.NewEncoder(to), gob.NewDecoder(from)
	for i := range 50 {
		if err := enc.Encode(&protocol.DisplayData{Data: map[protocol.MIMEType]any{"text/plain": fmt.Sprint(2 * i)}}); err != nil {
			return err
		}
		err := enc.Encode(&protocol.DisplayData{Data: map[protocol.MIMEType]any{
			protocol.MIMECommValue: &protocol.CommValue{Address: protocol.GonbuiSyncAddress, Value: i}}})
		if err != nil {
			return err
		}
		var ack protocol.CommValue
		if err := dec.Decode(&ack); err != nil || ack.Value != i {
			return fmt.Errorf("gonbui's answer %d: got %v, %v", i, ack.Value, err)
		}
		if err := Display(map[string]any{"text/plain": fmt.Sprint(2*i + 1)}); err != nil {
			return err
		}
	}
	return nil
}

// kernel is the other end of the pipes: it notes texts and answers sync requests. Like
// GoNB it takes its time, and once the program has ended it reads no further.
type kernel struct {
	to, from string
	texts    chan []string
	ended    atomic.Bool
}

func newKernel(t *testing.T, answer bool) *kernel {
	t.Helper()
	dir := t.TempDir()
	k := &kernel{to: filepath.Join(dir, "to"), from: filepath.Join(dir, "from"), texts: make(chan []string, 1)}
	for _, p := range []string{k.to, k.from} {
		if err := syscall.Mkfifo(p, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	go func() {
		var texts []string
		defer func() { k.texts <- texts }()
		r, err := os.OpenFile(k.to, os.O_RDONLY, 0)
		if err != nil {
			return
		}
		defer r.Close()
		w, err := os.OpenFile(k.from, os.O_WRONLY, 0)
		if err != nil {
			return
		}
		defer w.Close()
		dec, enc := gob.NewDecoder(r), gob.NewEncoder(w)
		for {
			var d protocol.DisplayData
			if dec.Decode(&d) != nil || k.ended.Load() {
				return
			}
			time.Sleep(time.Millisecond)
			if v, ok := d.Data[protocol.MIMECommValue].(protocol.CommValue); ok {
				if answer {
					_ = enc.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: v.Value})
				}
				continue
			}
			texts = append(texts, d.Data["text/plain"].(string))
		}
	}()
	return k
}

func TestEveryDisplayArrivesInOrder(t *testing.T) {
	for _, mode := range []string{"display", "share"} {
		t.Run(mode, func(t *testing.T) {
			k := newKernel(t, true)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			cmd := exec.CommandContext(ctx, os.Args[0])
			cmd.WaitDelay = time.Second
			cmd.Env = append(os.Environ(), "WIRE_TEST_CHILD="+mode,
				protocol.GONB_PIPE_ENV+"="+k.to, protocol.GONB_PIPE_BACK_ENV+"="+k.from)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			k.ended.Store(true)
			var want []string
			for i := range 100 {
				want = append(want, fmt.Sprint(i))
			}
			if got := <-k.texts; !slices.Equal(got, want) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestNoAnswerIsAnError(t *testing.T) {
	defer func(old time.Duration) { limit = old }(limit)
	limit = 200 * time.Millisecond
	silent := newKernel(t, false)
	c, err := dial(silent.to, silent.from)
	if err != nil {
		t.Fatal(err)
	}
	err = c.display(&protocol.DisplayData{Data: map[protocol.MIMEType]any{"text/plain": "x"}})
	if err == nil || !strings.Contains(err.Error(), "no answer from the kernel") {
		t.Errorf("a silent kernel: %v", err)
	}
	c.to.Close()
	<-silent.texts
	err = c.display(&protocol.DisplayData{Data: map[protocol.MIMEType]any{"text/plain": "x"}})
	if err == nil {
		t.Error("a closed pipe took a figure")
	}

	nobody := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(nobody, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := dial(nobody, nobody); err == nil || !strings.Contains(err.Error(), "did not open its pipes") {
		t.Errorf("a pipe that nobody opens: %v", err)
	}
	if _, err := dial(nobody+"x", nobody); err == nil || !strings.Contains(err.Error(), "opening the pipe") {
		t.Errorf("a pipe that is not there: %v", err)
	}
}

func TestOutsideANotebook(t *testing.T) {
	if InNotebook() {
		t.Skip("run by a GoNB kernel")
	}
	if err := Display(nil); err != ErrNoNotebook {
		t.Errorf("got %v", err)
	}
}

// What JSON returns must pass through gob and come out as the JSON that went in.
func TestJSON(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{`{"a":1.5,"b":"x","c":true,"d":null}`, `{"a":1.5,"b":"x","c":true}`},
		{`[1,2,3]`, `[1,2,3]`},
		{`[1,[]]`, `[1,""]`},
		{`{"rows":[[1,2],[3,4]],"mixed":[1,"NaN",null,{"x":[]}],"e":[],"s":""}`, `{"s":"","mixed":[1,"NaN","",{}],"rows":[[1,2],[3,4]]}`},
		{`"text"`, `"text"`},
	} {
		v, err := JSON(json.RawMessage(c.in))
		if err != nil {
			t.Fatal(err)
		}
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			defer w.Close()
			if err := gob.NewEncoder(w).Encode(&protocol.DisplayData{Data: map[protocol.MIMEType]any{"j": v}}); err != nil {
				t.Error(err)
			}
		}()
		var d protocol.DisplayData
		if err := gob.NewDecoder(r).Decode(&d); err != nil {
			t.Fatalf("%s: %v", c.in, err)
		}
		raw, err := json.Marshal(d.Data["j"])
		var got, want any
		if err != nil || json.Unmarshal(raw, &got) != nil || json.Unmarshal([]byte(c.out), &want) != nil {
			t.Fatal(c.in, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s came out as %s", c.in, raw)
		}
	}
	if _, err := JSON(func() {}); err == nil {
		t.Error("a function is JSON")
	}
}
