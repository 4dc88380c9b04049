package jupyter

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// socket is one ZeroMQ connection to the kernel.
//
// We use zmq4's protocol but not its sockets: with one peer each there is nothing to route, and its sockets sleep
// between dials without regard to the context, keep goroutines after Close, and hide the loss of a connection.
type socket struct {
	raw  *guardedConn
	conn *zmq4.Conn
	mu   sync.Mutex // one message at a time
}

// One message may not hold more than this in memory. Jupyter's have six frames and as many again as buffers.
const (
	maxMessage = 512 << 20
	maxFrames  = 4096
)

// dial connects and shakes hands until the deadline.
func dial(typ zmq4.SocketType, identity string, port int, deadline time.Time) (*socket, error) {
	d := net.Dialer{Deadline: deadline}
	c, err := d.Dial("tcp", address(port))
	if err != nil {
		return nil, err
	}
	_ = c.SetDeadline(deadline)
	raw := &guardedConn{Conn: c, skip: greetingSize, limit: maxMessage}
	s := &socket{raw: raw}
	err = unpanicked(func() (err error) {
		s.conn, err = zmq4.Open(raw, null.Security(), typ, zmq4.SocketIdentity(identity), false, nil)
		return err
	})
	if err != nil {
		c.Close()
		return nil, err
	}
	_ = c.SetDeadline(time.Time{})
	return s, nil
}

// unpanicked turns a panic into an error: zmq4 indexes into what the peer sent without looking at its length.
func unpanicked(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("malformed ZMTP frame: %v", p)
		}
	}()
	return f()
}

// send writes one message. It is bounded in time: a kernel that does not read would block us for ever.
func (s *socket) send(frames ...[]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.raw.SetWriteDeadline(time.Now().Add(10 * time.Second))
	return s.conn.SendMsg(zmq4.NewMsgFrom(frames...))
}

// receive reads one message; ZMTP commands between messages are skipped.
func (s *socket) receive() ([][]byte, error) {
	for {
		var m zmq4.Msg
		err := unpanicked(func() (err error) { m, err = s.conn.RecvMsg(); return err })
		if err != nil {
			return nil, err
		}
		if m.Type == zmq4.UsrMsg {
			return m.Frames, nil
		}
	}
}

func (s *socket) close() { _ = s.raw.Close() }

// guardedConn refuses messages above a limit before zmq4 allocates them: it believes any length that the peer
// announces. It follows the framing of ZMTP 3: a greeting, then frames of one byte of flags, one or eight of
// length, and the body.
type guardedConn struct {
	net.Conn
	limit uint64
	total uint64 // bytes of the message so far
	count int    // frames of the message so far
	skip  uint64 // bytes of the greeting or of a body still to come
	head  []byte
}

const (
	greetingSize = 64
	flagMore     = 1
	flagLong     = 2
)

var errTooLarge = errors.New("message is too large or not a message")

func (g *guardedConn) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	for b := p[:n]; len(b) > 0; {
		if g.skip > 0 {
			k := min(g.skip, uint64(len(b)))
			g.skip -= k
			b = b[k:]
			continue
		}
		g.head = append(g.head, b[0])
		b = b[1:]
		var size uint64
		switch long := g.head[0]&flagLong != 0; {
		case !long && len(g.head) == 2:
			size = uint64(g.head[1])
		case long && len(g.head) == 9:
			size = binary.BigEndian.Uint64(g.head[1:])
		default:
			continue
		}
		if g.count++; size > g.limit-g.total || g.count > maxFrames {
			return 0, errTooLarge
		}
		if g.total += size; g.head[0]&flagMore == 0 {
			g.total, g.count = 0, 0
		}
		g.skip, g.head = size, g.head[:0]
	}
	return n, err
}
