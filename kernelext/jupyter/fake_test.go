package jupyter

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

// The test binary is also a kernel: one that runs cells with /bin/sh and misbehaves as told. It is started with the
// words "fake-kernel MODE CONNECTION_FILE".
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "fake-kernel" {
		fakeKernel(os.Args[2], os.Args[3])
		os.Exit(0)
	}
	if len(os.Args) == 2 && os.Args[1] == "starter" {
		starter()
	}
	os.Exit(m.Run())
}

// starter starts a kernel, says where its folder is, and waits to be killed.
func starter() {
	k, err := Start(context.Background(), Config{Spec: fakeSpec("good")})
	must(err)
	fmt.Println(k.proc.dir, k.proc.id)
	time.Sleep(time.Hour)
}

func fakeSpec(mode string) Spec {
	self, err := os.Executable()
	must(err)
	return Spec{Name: "fake", Argv: []string{self, "fake-kernel", mode, "{connection_file}"}}
}

type fake struct {
	mode    string
	session *session
	pub     zmq4.Socket
	shell   zmq4.Socket
	stdin   zmq4.Socket
	mu      sync.Mutex
}

func fakeKernel(mode, file string) {
	switch mode {
	case "dies":
		fmt.Fprintln(os.Stderr, "panic: no mood today\n\ngoroutine 1 [running]:\nmain.main()")
		os.Exit(7)
	case "port taken":
		// The first start finds its port taken; it leaves a note for the second.
		note := os.Getenv("FAKE_NOTE")
		if _, err := os.Stat(note); err != nil {
			_ = os.WriteFile(note, nil, 0o600)
			fmt.Fprintln(os.Stderr, "listen tcp 127.0.0.1:1234: bind: Address already in use")
			os.Exit(1)
		}
	case "silent":
		time.Sleep(time.Hour)
	}
	b, err := os.ReadFile(file)
	must(err)
	var c connection
	must(json.Unmarshal(b, &c))
	ctx := context.Background()
	f := &fake{mode: mode, session: &session{id: "fake", key: []byte(c.Key)}}
	if mode == "wrong key" {
		f.session.key = []byte("not the key")
	}
	f.shell, f.stdin, f.pub = zmq4.NewRouter(ctx), zmq4.NewRouter(ctx), zmq4.NewPub(ctx)
	ctl := zmq4.NewRouter(ctx)
	for port, s := range map[int]zmq4.Socket{c.Shell: f.shell, c.Stdin: f.stdin, c.Control: ctl} {
		must(s.Listen("tcp://" + address(port)))
	}
	if raw, ok := strings.CutPrefix(mode, "raw "); ok {
		fakeRaw(raw, c.IOPub)
	} else {
		must(f.pub.Listen("tcp://" + address(c.IOPub)))
	}
	go f.serve(ctl)
	f.serve(f.shell)
}

// fakeRaw greets as a PUB socket does and then sends bytes that are no message.
func fakeRaw(kind string, port int) {
	l, err := net.Listen("tcp", address(port))
	must(err)
	go func() {
		c, err := l.Accept()
		must(err)
		var ready bytes.Buffer
		pub := zmq4.Metadata{"Socket-Type": "PUB"}
		meta, _ := pub.MarshalZMTP()
		body := append([]byte("\x05READY"), meta...)
		ready.Write([]byte{4, byte(len(body))})
		ready.Write(body)
		greeting := make([]byte, greetingSize)
		greeting[0], greeting[9], greeting[10] = 0xff, 0x7f, 3
		copy(greeting[12:], "NULL")
		_, _ = c.Write(greeting)
		_, _ = c.Write(ready.Bytes())
		time.Sleep(100 * time.Millisecond)
		switch kind {
		case "truncated":
			_, _ = c.Write([]byte{0, 200, 'x'})
			c.Close()
		case "huge":
			_, _ = c.Write([]byte{flagLong, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
		case "endless":
			for {
				if _, err := c.Write(bytes.Repeat([]byte{flagMore, 0}, 1000)); err != nil {
					break
				}
			}
		case "no delimiter":
			_, _ = c.Write([]byte{0, 1, 'x'})
		case "bad command":
			_, _ = c.Write([]byte{4, 3, 200, 'x', 'y'})
		}
		time.Sleep(time.Hour)
	}()
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "fake kernel:", err)
		os.Exit(3)
	}
}

func (f *fake) publish(parent *header, msgType string, content any) {
	frames, _, err := f.session.encode(msgType, parent, content)
	must(err)
	f.mu.Lock()
	defer f.mu.Unlock()
	must(f.pub.SendMulti(zmq4.NewMsgFrom(append([][]byte{[]byte(msgType)}, frames...)...)))
}

func (f *fake) reply(s zmq4.Socket, ids [][]byte, parent *header, msgType string, content any) {
	frames, _, err := f.session.encode(msgType, parent, content)
	must(err)
	must(s.SendMulti(zmq4.NewMsgFrom(append(ids, frames...)...)))
}

func (f *fake) serve(s zmq4.Socket) {
	count := 0
	for {
		m, err := s.Recv()
		if err != nil {
			return
		}
		e, err := f.session.decode(m.Frames)
		if err != nil && f.mode != "wrong key" {
			must(err)
		}
		ids := m.Frames[:1]
		f.publish(&e.header, "status", map[string]string{"execution_state": "busy"})
		switch e.header.Type {
		case "shutdown_request":
			f.reply(s, ids, &e.header, "shutdown_reply", struct{}{})
			os.Exit(0)
		case "execute_request":
			count++
			f.execute(ids, e, count)
		default:
			f.reply(s, ids, &e.header, "kernel_info_reply", map[string]string{"status": "ok"})
		}
		f.publish(&e.header, "status", map[string]string{"execution_state": "idle"})
	}
}

func (f *fake) execute(ids [][]byte, e envelope, count int) {
	var r executeRequest
	must(json.Unmarshal(e.content, &r))
	if f.mode == "asks" {
		f.reply(f.stdin, ids, &e.header, "input_request", inputRequest{Prompt: "name?"})
		m, err := f.stdin.Recv()
		must(err)
		in, err := f.session.decode(m.Frames)
		must(err)
		r.Code = "echo 'answer " + string(in.content) + "'"
	}
	out, err := exec.Command("/bin/sh", "-c", r.Code).CombinedOutput()
	f.publish(&e.header, "stream", map[string]string{"name": "stdout", "text": string(out)})
	if f.mode == "late" {
		go func(h header) {
			time.Sleep(50 * time.Millisecond)
			f.publish(&h, "stream", map[string]string{"name": "stdout", "text": fmt.Sprintf("late %d", count)})
		}(e.header)
	}
	status := "ok"
	if err != nil {
		status = "error"
	}
	f.reply(f.shell, ids, &e.header, "execute_reply", map[string]any{"status": status, "execution_count": count})
}
