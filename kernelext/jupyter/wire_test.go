package jupyter

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"testing"
)

func TestWire(t *testing.T) {
	s := &session{id: "s", key: []byte("key")}
	frames, id, err := s.encode("execute_request", &header{MsgID: "p"}, map[string]int{"a": 1})
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.decode(append([][]byte{[]byte("identity")}, frames...))
	if err != nil || e.header.MsgID != id || e.parent.MsgID != "p" || string(e.content) != `{"a":1}` {
		t.Fatalf("%+v, %v", e, err)
	}
	for name, c := range map[string]struct {
		change func(f [][]byte) [][]byte
		want   string
	}{
		"empty":         {func(f [][]byte) [][]byte { return nil }, "message of 0 frames without the delimiter"},
		"short":         {func(f [][]byte) [][]byte { return f[:5] }, "message with 4 frames after the delimiter"},
		"signature":     {func(f [][]byte) [][]byte { f[1] = []byte("00"); return f }, errSignature.Error()},
		"content":       {func(f [][]byte) [][]byte { f[5] = []byte(`{"a":2}`); return f }, errSignature.Error()},
		"header":        {func(f [][]byte) [][]byte { f[2] = []byte(`{`); return resign(s, f) }, "message header: unexpected end"},
		"no type":       {func(f [][]byte) [][]byte { f[2] = []byte(`{}`); return resign(s, f) }, "without msg_type"},
		"parent":        {func(f [][]byte) [][]byte { f[3] = []byte(`[]`); return resign(s, f) }, "parent header of execute_request"},
		"not an object": {func(f [][]byte) [][]byte { f[5] = []byte(`3`); return resign(s, f) }, "content of execute_request is not"},
		"broken object": {func(f [][]byte) [][]byte { f[4] = []byte(`{"a"}`); return resign(s, f) }, "metadata of execute_request is not"},
	} {
		frames, _, _ := s.encode("execute_request", nil, map[string]int{"a": 1})
		if _, err := s.decode(c.change(frames)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func resign(s *session, f [][]byte) [][]byte {
	f[1] = s.sign(f[2:6])
	return f
}

// FuzzDecode splits its input at newlines into frames, and signs them when asked to: what is accepted must survive
// a round trip, and nothing may panic.
func FuzzDecode(f *testing.F) {
	s := &session{id: "s", key: []byte("key")}
	good, _, _ := s.encode("status", &header{MsgID: "p"}, map[string]string{"execution_state": "idle"})
	f.Add(bytes.Join(good, []byte("\n")), false)
	f.Add(bytes.Join(good[:4], []byte("\n")), false)
	f.Add([]byte("id\n<IDS|MSG>\n\n{\"msg_type\":\"stream\"}\n{}\n{}\n{\"name\":\"stdout\",\"text\":\"\\ud800\"}\nbuffer"), true)
	f.Add([]byte("<IDS|MSG>\n\n{\"msg_type\":1}\nnull\n[]\n\"\""), true)
	f.Add([]byte("<IDS|MSG>\n<IDS|MSG>\n\xff\n\x00\n{}\n{}"), true)
	f.Fuzz(func(t *testing.T, data []byte, sign bool) {
		frames := bytes.Split(data, []byte("\n"))
		if at := indexOf(frames, delimiter); sign && at >= 0 && len(frames) >= at+6 {
			frames[at+1] = s.sign(frames[at+2 : at+6])
		}
		e, err := s.decode(frames)
		if err != nil {
			if errors.Is(err, errSignature) && sign {
				t.Fatal(err)
			}
			return
		}
		again, _, err := s.encode(e.header.Type, &e.parent, e.content)
		if err != nil {
			t.Fatalf("accepted content cannot be encoded: %v", err)
		}
		if _, err := s.decode(again); err != nil {
			t.Fatal(err)
		}
	})
}

func indexOf(frames [][]byte, want []byte) int {
	for i, f := range frames {
		if bytes.Equal(f, want) {
			return i
		}
	}
	return -1
}

// The guard passes whatever is a sequence of frames below the limit, in pieces of any size.
func TestGuardedConn(t *testing.T) {
	long := make([]byte, 9+300)
	long[0] = flagLong
	binary.BigEndian.PutUint64(long[1:], 300)
	stream := append(make([]byte, greetingSize), 0, 2, 'a', 'b')
	stream = append(stream, long...)
	stream = append(stream, flagMore, 0, 0, 1, 'x')
	for _, c := range []struct {
		limit uint64
		want  int
		err   error
	}{
		{300, len(stream), nil},
		{299, greetingSize + 4, errTooLarge},
	} {
		for piece := 1; piece < 12; piece++ {
			ours, theirs := net.Pipe()
			go func() { _, _ = theirs.Write(stream); theirs.Close() }()
			g := &guardedConn{Conn: ours, skip: greetingSize, limit: c.limit}
			got, buf := 0, make([]byte, piece)
			var err error
			for err == nil {
				var n int
				n, err = g.Read(buf)
				got += n
			}
			ours.Close()
			if c.err == nil && got != c.want || c.err != nil && (!errors.Is(err, c.err) || got > c.want+9) {
				t.Errorf("limit %d, pieces of %d: %d bytes of %d, %v", c.limit, piece, got, c.want, err)
			}
		}
	}
}
