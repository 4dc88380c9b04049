package fakekernel

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// conn is the connection of the one client of a socket: ZMTP 3 by hand, because a library would not send rubbish.
type conn struct {
	net.Conn
	in   *bufio.Reader
	key  []byte
	here chan struct{} // closed when there is a client
	mu   sync.Mutex    // one message at a time
}

// Flags of a frame.
const (
	more    = 1
	long    = 2 // the length has eight bytes
	command = 4
)

// listen returns at once; who sends or receives waits for the client.
func listen(kind string, port int, key string) *conn {
	c := &conn{key: []byte(key), here: make(chan struct{})}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	must(err)
	go func() {
		c.Conn, err = l.Accept()
		must(err)
		greeting := make([]byte, 64)
		greeting[0], greeting[9], greeting[10] = 0xff, 0x7f, 3
		copy(greeting[12:], "NULL")
		ready := append([]byte("\x05READY\x0bSocket-Type\x00\x00\x00"), byte(len(kind)))
		ready = append(ready, kind...)
		_, _ = c.Write(append(append(greeting, command, byte(len(ready))), ready...))
		c.in = bufio.NewReader(c)
		_, _ = io.ReadFull(c.in, greeting)
		_, _, _ = c.frame() // READY, and a subscription: who hangs up before he has read them breaks the handshake
		if kind == "PUB" {
			_, _, _ = c.frame()
		}
		close(c.here)
	}()
	return c
}

func (c *conn) send(frames ...[]byte) {
	<-c.here
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, f := range frames {
		flags := byte(long)
		if i < len(frames)-1 {
			flags |= more
		}
		_, _ = c.Write(append(binary.BigEndian.AppendUint64([]byte{flags}, uint64(len(f))), f...))
	}
}

// raw sends bytes that need not be frames.
func (c *conn) raw(b ...byte) error {
	<-c.here
	_, err := c.Write(b)
	return err
}

// message is one that the client has sent.
type message struct {
	kind            string
	header, content json.RawMessage
}

// receive returns the next message, or nil when the client has gone.
func (c *conn) receive(signed bool) *message {
	<-c.here
	var frames [][]byte
	for {
		flags, body, err := c.frame()
		if err != nil {
			return nil
		}
		if flags&command != 0 {
			continue
		}
		if frames = append(frames, body); flags&more != 0 {
			continue
		}
		if len(frames) != 6 || string(frames[0]) != delimiter || signed && string(frames[1]) != string(c.sign(frames[2:])) {
			must(errors.New("malformed message"))
		}
		var h struct {
			Type string `json:"msg_type"`
		}
		must(json.Unmarshal(frames[2], &h))
		return &message{kind: h.Type, header: frames[2], content: frames[5]}
	}
}

func (c *conn) frame() (flags byte, body []byte, err error) {
	head := make([]byte, 9)
	if _, err = io.ReadFull(c.in, head[:1]); err != nil {
		return 0, nil, err
	}
	size := head[1:]
	if head[0]&long == 0 {
		size = head[8:]
	}
	if _, err = io.ReadFull(c.in, size); err != nil {
		return 0, nil, err
	}
	body = make([]byte, binary.BigEndian.Uint64(head[1:]))
	_, err = io.ReadFull(c.in, body)
	return head[0], body, err
}

const delimiter = "<IDS|MSG>"

func (c *conn) sign(parts [][]byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.AppendEncode(nil, mac.Sum(nil))
}

// message returns the frames of a message that answers the one with this header.
func (c *conn) message(kind string, parent json.RawMessage, content any) [][]byte {
	if parent == nil {
		parent = json.RawMessage("{}")
	}
	text, ok := content.(json.RawMessage)
	if !ok {
		var err error
		text, err = json.Marshal(content)
		must(err)
	}
	parts := [][]byte{fmt.Appendf(nil, `{"msg_id":"x","msg_type":%q,"version":"5.3"}`, kind), parent, []byte("{}"), text}
	return append([][]byte{[]byte(delimiter), c.sign(parts)}, parts...)
}
