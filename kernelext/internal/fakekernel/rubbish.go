package fakekernel

import (
	"bytes"
	"encoding/json"
	"strings"
)

// A mode of Greets or Answers and one of the kinds below has the kernel send what none should: as soon as there is a
// client, or when it is asked for its first cell.
const (
	Greets  = "greets with "
	Answers = "answers with "
)

// Kinds of rubbish.
const (
	WrongHMAC   = "a wrong HMAC"
	Truncated   = "a truncated frame"
	Huge        = "a huge frame"
	Endless     = "an endless message"
	NoDelimiter = "no delimiter"
	TooFew      = "too few frames"
	BadCommand  = "a bad command"
	NotJSON     = "content that is not JSON"
	HangsUp     = "nothing more"
)

var rubbish = map[string]func(pub *conn, parent json.RawMessage){
	WrongHMAC: func(pub *conn, parent json.RawMessage) {
		hello := pub.message("stream", parent, struct{}{})
		hello[1] = []byte(strings.Repeat("0", 64))
		pub.send(hello...)
	},
	Truncated: func(pub *conn, _ json.RawMessage) {
		_ = pub.raw(0, 200, 'x')
		pub.Close()
	},
	Huge: func(pub *conn, _ json.RawMessage) { _ = pub.raw(long, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) },
	Endless: func(pub *conn, _ json.RawMessage) {
		for pub.raw(bytes.Repeat([]byte{more, 0}, 1000)...) == nil {
		}
	},
	NoDelimiter: func(pub *conn, _ json.RawMessage) { pub.send([]byte("hello")) },
	TooFew:      func(pub *conn, parent json.RawMessage) { pub.send(pub.message("stream", parent, struct{}{})[:4]...) },
	BadCommand:  func(pub *conn, _ json.RawMessage) { _ = pub.raw(command, 3, 200, 'x', 'y') },
	NotJSON: func(pub *conn, parent json.RawMessage) {
		pub.send(pub.message("stream", parent, json.RawMessage(`{"name":`))...)
	},
	HangsUp: func(pub *conn, _ json.RawMessage) { pub.Close() },
}
