package runner

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"downhill/kernelext/jupyter"
)

// The test binary is also a kernel that comes up well and then, asked for its first cell, sends what no kernel should.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "bad-kernel" {
		badKernel(os.Args[2], os.Args[3])
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestBadKernel(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[string]string{
		"wrong HMAC":       "kernel bad broke the protocol: message with a wrong signature",
		"truncated frame":  "kernel bad broke the protocol: connection iopub lost: ",
		"huge frame":       "kernel bad broke the protocol: connection iopub lost: ",
		"no delimiter":     "kernel bad broke the protocol: message of 1 frames without the delimiter",
		"too few frames":   "kernel bad broke the protocol: message with 3 frames after the delimiter",
		"content not JSON": "kernel bad broke the protocol: content of stream is not a JSON object",
		"hangs up":         "kernel bad broke the protocol: connection ",
		"dies":             "under this cell the kernel bad died (exit status 1): last words",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			spec := Spec(jupyter.Spec{Name: "bad", Argv: []string{self, "bad-kernel", mode, "{connection_file}"}})
			var kernel *jupyter.Kernel
			start := spec.Start
			spec.Start = func(ctx context.Context, dir string, size int64) (Kernel, error) {
				k, err := start(ctx, dir, size)
				kernel, _ = k.(*jupyter.Kernel)
				return k, err
			}
			source := notebook(t, "ok", "ok")
			report := Run(t.Context(), []Source{source}, Options{Kernels: spec, Timeouts: Timeouts{Cell: time.Hour}})
			n := report.Notebooks[0]
			if n.Cause() == nil || !strings.HasPrefix(n.Cause().Error(), source.Path+":cell 2: "+want) || n.Cells[1].Status != NotRun {
				t.Fatalf("%v, want %s; the next cell: %s", n.Cause(), want, n.Cells[1].Status)
			}
			<-kernel.Done()
			if _, err := os.Stat(kernel.TempDir()); !os.IsNotExist(err) {
				t.Errorf("%s is left: %v", kernel.TempDir(), err)
			}
		})
	}
}

// badConn is a ZeroMQ connection of the bad kernel: ZMTP 3 by hand, because a library would not send what it sends.
type badConn struct {
	net.Conn
	key []byte
	mu  sync.Mutex
}

func (c *badConn) send(frames ...[]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, f := range frames {
		flags := byte(2) // the length in eight bytes
		if i < len(frames)-1 {
			flags |= 1
		}
		_, _ = c.Write(append(binary.BigEndian.AppendUint64([]byte{flags}, uint64(len(f))), f...))
	}
}

func (c *badConn) message(kind string, parent json.RawMessage, content string) [][]byte {
	parts := [][]byte{fmt.Appendf(nil, `{"msg_id":"x","msg_type":%q,"version":"5.3"}`, kind), parent, []byte("{}"), []byte(content)}
	mac := hmac.New(sha256.New, c.key)
	for _, p := range parts {
		mac.Write(p)
	}
	return append([][]byte{[]byte("<IDS|MSG>"), hex.AppendEncode(nil, mac.Sum(nil))}, parts...)
}

// open listens and waits for the one client, in the background.
func open(kind string, port int, key string, serve func(c *badConn, header json.RawMessage, kind string)) *badConn {
	c := &badConn{key: []byte(key)}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	c.mu.Lock() // until there is a client
	go func() {
		if c.Conn, err = l.Accept(); err != nil {
			return
		}
		greeting := make([]byte, 64)
		greeting[0], greeting[9], greeting[10] = 0xff, 0x7f, 3
		copy(greeting[12:], "NULL")
		ready := append([]byte("\x05READY\x0bSocket-Type\x00\x00\x00"), byte(len(kind)))
		ready = append(ready, kind...)
		_, _ = c.Write(append(append(greeting, 4, byte(len(ready))), ready...))
		in := bufio.NewReader(c)
		_, _ = io.ReadFull(in, greeting)
		c.mu.Unlock()
		var frames [][]byte
		for {
			flags, err := in.ReadByte()
			if err != nil {
				return
			}
			size := make([]byte, 8)
			if flags&2 != 0 {
				_, _ = io.ReadFull(in, size)
			} else {
				size[7], _ = in.ReadByte()
			}
			body := make([]byte, binary.BigEndian.Uint64(size))
			_, _ = io.ReadFull(in, body)
			if flags&4 != 0 {
				continue // a command
			}
			if frames = append(frames, body); flags&1 != 0 {
				continue
			}
			var h struct {
				Type string `json:"msg_type"`
			}
			if len(frames) == 6 && json.Unmarshal(frames[2], &h) == nil {
				serve(c, frames[2], h.Type)
			}
			frames = nil
		}
	}()
	return c
}

func badKernel(mode, file string) {
	var conn struct {
		Shell   int    `json:"shell_port"`
		IOPub   int    `json:"iopub_port"`
		Stdin   int    `json:"stdin_port"`
		Control int    `json:"control_port"`
		Key     string `json:"key"`
	}
	data, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(data, &conn) != nil {
		return
	}
	nothing := func(*badConn, json.RawMessage, string) {}
	pub := open("PUB", conn.IOPub, conn.Key, nothing)
	open("ROUTER", conn.Stdin, conn.Key, nothing)
	open("ROUTER", conn.Control, conn.Key, nothing)
	open("ROUTER", conn.Shell, conn.Key, func(shell *badConn, header json.RawMessage, kind string) {
		if kind == "kernel_info_request" {
			pub.send(pub.message("status", header, `{"execution_state":"idle"}`)...)
			shell.send(shell.message("kernel_info_reply", header, `{"status":"ok"}`)...)
			return
		}
		hello := pub.message("stream", header, `{"name":"stdout","text":"hello"}`)
		switch mode {
		case "wrong HMAC":
			hello[1] = []byte(strings.Repeat("0", 64))
			pub.send(hello...)
		case "truncated frame":
			_, _ = pub.Write([]byte{0, 200, 'x'})
			pub.Close()
		case "huge frame":
			_, _ = pub.Write([]byte{2, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
		case "no delimiter":
			pub.send([]byte("hello"))
		case "too few frames":
			pub.send(hello[:4]...)
		case "content not JSON":
			pub.send(pub.message("stream", header, `{"name":`)...)
		case "hangs up":
			pub.Close()
			shell.Close()
		case "dies":
			fmt.Fprintln(os.Stderr, "last words")
			os.Exit(1)
		}
	})
	time.Sleep(time.Hour)
}
