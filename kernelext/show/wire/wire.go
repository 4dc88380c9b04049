// Package wire carries MIME bundles from a cell's program to the GoNB kernel that
// runs it, and waits until each has arrived.
//
//	err := wire.Display(map[string]any{"text/plain": "hello"})
//
// What the program printed before stands before it in the notebook. [Update] changes
// what is shown; [Listen] and [Send] talk to a script in the page.
//
// It speaks GoNB's own protocol (gob over two named pipes) without package gonbui,
// whose logging alone would cost every cell about 60 ms of linking. It never writes
// to standard output, and outside a notebook it does nothing but say so.
package wire

import (
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// limit bounds every wait for the kernel: a cell must not hang because its kernel
// has gone.
var limit = 20 * time.Second

// ErrNoNotebook is returned in a program that no GoNB kernel runs.
var ErrNoNotebook = errors.New("wire: not run by a GoNB kernel")

// InNotebook reports whether this program was started by a GoNB kernel.
func InNotebook() bool { return pipeTo != "" }

var (
	mu   sync.Mutex
	link *conn
	down error // the first failure; a broken gob stream cannot be mended
)

// Display sends one MIME bundle to the notebook, and returns when the kernel has
// published it: a program that ends right after Display loses nothing. Values are
// strings, or for JSON types what [JSON] returns. Calls from several goroutines are
// shown one after the other.
//
// Once an exchange with the kernel has failed every later one fails with the same
// error.
func Display(data map[string]any) error { return Update("", data) }

// Update is [Display], but replaces what was shown under the same id before, where
// that stands. The kernel remembers ids as long as it lives, and a cell may be run
// again: id must be one that no other run has used.
func Update(id string, data map[string]any) error {
	bundle := make(map[protocol.MIMEType]any, len(data))
	for mime, v := range data {
		bundle[protocol.MIMEType(mime)] = v
	}
	return exchange(func(c *conn) error {
		if err := c.settle(); err != nil {
			return err
		}
		return c.display(&protocol.DisplayData{Data: bundle, DisplayID: id})
	})
}

// exchange gives the connection to one caller at a time.
func exchange(with func(c *conn) error) error {
	if !InNotebook() {
		return ErrNoNotebook
	}
	mu.Lock()
	defer mu.Unlock()
	if err := connect(); err != nil {
		return err
	}
	down = with(link)
	return down
}

// connect opens the pipes once. It needs mu.
func connect() error {
	if down == nil && link == nil {
		link, down = dial(pipeTo, pipeFrom)
	}
	return down
}

type conn struct {
	to, from *os.File
	enc      *gob.Encoder
	dec      *gob.Decoder
	acks     chan int
	broken   chan error
	asked    int
}

// dial opens the kernel's two named pipes. Opening a pipe waits for its other end,
// without a deadline of its own; hence the goroutine.
func dial(to, from string) (*conn, error) {
	type opened struct {
		c   *conn
		err error
	}
	done := make(chan opened, 1)
	go func() {
		w, err := os.OpenFile(to, os.O_WRONLY, 0)
		if err != nil {
			done <- opened{nil, fmt.Errorf("wire: opening the pipe to the kernel: %w", err)}
			return
		}
		r, err := os.OpenFile(from, os.O_RDONLY, 0)
		if err != nil {
			w.Close()
			done <- opened{nil, fmt.Errorf("wire: opening the pipe from the kernel: %w", err)}
			return
		}
		done <- opened{&conn{to: w, from: r, enc: gob.NewEncoder(w), dec: gob.NewDecoder(r),
			acks: make(chan int, 8), broken: make(chan error, 1)}, nil}
	}()
	select {
	case o := <-done:
		if o.c != nil {
			go o.c.listen()
		}
		return o.c, o.err
	case <-time.After(limit):
		return nil, fmt.Errorf("wire: the kernel did not open its pipes within %v; restart the kernel", limit)
	}
}

// listen passes on the kernel's answers: ours to display, what a page of ours says to
// its listener, gonbui's and the values of its widgets to gonbui.
func (c *conn) listen() {
	for {
		var v protocol.CommValue
		if err := c.dec.Decode(&v); err != nil {
			c.broken <- err
			return
		}
		id, ok := v.Value.(int)
		switch {
		case ok && v.Address == protocol.GonbuiSyncAckAddress && id < 0:
			c.acks <- id
		case heard(v):
		case back != nil:
			_ = back.Encode(&v) // gonbui reads or the program has no use for it
		}
	}
}

// display sends a bundle and waits until it is out.
func (c *conn) display(data *protocol.DisplayData) error {
	if err := c.send(data); err != nil {
		return err
	}
	return c.sync()
}

func (c *conn) send(data *protocol.DisplayData) error {
	// A pipe that cannot have a deadline reports so here; the wait for the answer is bounded anyhow.
	_ = c.to.SetWriteDeadline(time.Now().Add(limit))
	if err := c.enc.Encode(data); err != nil {
		return fmt.Errorf("wire: sending to the kernel: %w", err)
	}
	return nil
}

// sync asks for an answer and waits for it: the kernel reads the pipe in order and
// publishes before it reads on, so the answer means that all before it is out.
func (c *conn) sync() error {
	c.asked--
	err := c.send(&protocol.DisplayData{Data: map[protocol.MIMEType]any{
		protocol.MIMECommValue: &protocol.CommValue{Address: protocol.GonbuiSyncAddress, Value: c.asked},
	}})
	if err != nil {
		return err
	}
	late := time.NewTimer(limit)
	defer late.Stop()
	for {
		select {
		case id := <-c.acks:
			if id == c.asked {
				return nil
			}
		case err := <-c.broken:
			return fmt.Errorf("wire: the kernel closed its pipe before it confirmed: %w", err)
		case <-late.C:
			return fmt.Errorf("wire: no answer from the kernel within %v; restart the kernel", limit)
		}
	}
}
