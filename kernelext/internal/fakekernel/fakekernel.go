// Package fakekernel is a kernel for tests. It runs cells with /bin/sh, and misbehaves as told.
//
//	func TestMain(m *testing.M) {
//		fakekernel.Main() // the test binary is the kernel, too
//		os.Exit(m.Run())
//	}
//
//	spec := jupyter.Spec{Name: "fake", Argv: fakekernel.Argv("late")}
//
// It knows nothing of our side of the protocol, so that one cannot excuse the other. Nothing but tests imports it.
package fakekernel

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"
)

// The modes of a kernel, beside those of rubbish.
const (
	Good     = "good"
	Dies     = "dies"       // at once
	DiesLate = "dies later" // under its first cell
	Silent   = "silent"     // never binds its ports
	PortHeld = "port held"  // says so and ends, until the file that FAKE_NOTE names is there; it writes it
	WrongKey = "wrong key"  // signs with another key
	Asks     = "asks"       // every cell asks for input and prints the reply
	Late     = "late"       // every cell prints again when it has ended
)

const word = "fake-kernel"

// Main becomes the kernel, and does not return, when Argv has started this program.
func Main() {
	if len(os.Args) == 4 && os.Args[1] == word {
		serve(os.Args[2], os.Args[3])
	}
}

// Argv starts a kernel of this mode; {connection_file} in it is for who starts it to replace.
func Argv(mode string) []string {
	self, err := os.Executable()
	must(err)
	return []string{self, word, mode, "{connection_file}"}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "fake kernel:", err)
		os.Exit(3)
	}
}

// kernel is one that runs.
type kernel struct {
	mode       string
	pub, stdin *conn
	count      atomic.Int32
}

func serve(mode, file string) {
	switch mode {
	case Dies:
		fmt.Fprintln(os.Stderr, "panic: no mood today\n\ngoroutine 1 [running]:\nmain.main()")
		os.Exit(7)
	case PortHeld:
		note := os.Getenv("FAKE_NOTE")
		if _, err := os.Stat(note); err != nil {
			must(os.WriteFile(note, nil, 0o600))
			fmt.Fprintln(os.Stderr, "listen tcp 127.0.0.1:1234: bind: Address already in use")
			os.Exit(1)
		}
	case Silent:
		time.Sleep(time.Hour)
	}
	var c struct {
		Shell   int    `json:"shell_port"`
		IOPub   int    `json:"iopub_port"`
		Stdin   int    `json:"stdin_port"`
		Control int    `json:"control_port"`
		Key     string `json:"key"`
	}
	b, err := os.ReadFile(file)
	must(err)
	must(json.Unmarshal(b, &c))
	if mode == WrongKey {
		c.Key = "not the key"
	}
	k := &kernel{mode: mode, pub: listen("PUB", c.IOPub, c.Key), stdin: listen("ROUTER", c.Stdin, c.Key)}
	if kind, ok := strings.CutPrefix(mode, Greets); ok {
		go rubbish[kind](k.pub, nil)
	}
	control, shell := listen("ROUTER", c.Control, c.Key), listen("ROUTER", c.Shell, c.Key)
	go k.answer(control, nil)
	k.answer(shell, []*conn{control, k.stdin})
	time.Sleep(time.Hour)
}

// answer serves one of the two sockets that take requests. Who hangs up on one, hangs up on the others.
func (k *kernel) answer(c *conn, others []*conn) {
	for {
		request := c.receive(k.mode != WrongKey)
		if request == nil {
			return
		}
		state := func(s string) {
			k.pub.send(k.pub.message("status", request.header, map[string]string{"execution_state": s})...)
		}
		state("busy")
		switch request.kind {
		case "shutdown_request":
			c.send(c.message("shutdown_reply", request.header, struct{}{})...)
			os.Exit(0)
		case "execute_request":
			if kind, ok := strings.CutPrefix(k.mode, Answers); ok {
				rubbish[kind](k.pub, request.header)
				if kind == HangsUp {
					for _, o := range append(others, c) {
						o.Close()
					}
				}
				return
			}
			k.execute(c, request)
		default:
			c.send(c.message("kernel_info_reply", request.header, map[string]string{"status": "ok"})...)
		}
		state("idle")
	}
}

func (k *kernel) execute(shell *conn, request *message) {
	if k.mode == DiesLate {
		fmt.Fprintln(os.Stderr, "last words")
		os.Exit(1)
	}
	var r struct{ Code string }
	must(json.Unmarshal(request.content, &r))
	count := k.count.Add(1)
	if k.mode == Asks {
		k.stdin.send(k.stdin.message("input_request", request.header, map[string]any{"prompt": "name?", "password": false})...)
		reply := k.stdin.receive(true)
		if reply == nil {
			must(errors.New("nobody is there to answer"))
		}
		r.Code = "echo 'answer " + string(reply.content) + "'"
	}
	printed := func(text string) {
		k.pub.send(k.pub.message("stream", request.header, map[string]string{"name": "stdout", "text": text})...)
	}
	out, err := exec.Command("/bin/sh", "-c", r.Code).CombinedOutput()
	printed(string(out))
	if k.mode == Late {
		time.AfterFunc(50*time.Millisecond, func() { printed(fmt.Sprintf("late %d", count)) })
	}
	status := "ok"
	if err != nil {
		status = "error"
	}
	shell.send(shell.message("execute_reply", request.header, map[string]any{"status": status, "execution_count": count})...)
}
