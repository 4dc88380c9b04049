package jupyter

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// The wire protocol of Jupyter, version 5.3: identities, the delimiter, the signature in hex, then four JSON
// dictionaries (header, parent header, metadata, content) and optional buffers.
// https://jupyter-client.readthedocs.io/en/latest/messaging.html#the-wire-protocol
var delimiter = []byte("<IDS|MSG>")

const protocolVersion = "5.3"

var errSignature = errors.New("message with a wrong signature")

type header struct {
	MsgID    string `json:"msg_id"`
	Username string `json:"username"`
	Session  string `json:"session"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
	Date     string `json:"date"`
}

// envelope is a decoded message.
type envelope struct {
	header, parent    header
	metadata, content json.RawMessage
}

// session signs and checks messages.
type session struct {
	id  string
	key []byte
}

func (s *session) sign(parts [][]byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.AppendEncode(nil, mac.Sum(nil))
}

// encode returns the frames of a new message and its id.
func (s *session) encode(msgType string, parent *header, content any) (frames [][]byte, id string, err error) {
	h := header{
		MsgID: newID(), Username: "downhill", Session: s.id, Type: msgType,
		Version: protocolVersion, Date: time.Now().UTC().Format(time.RFC3339Nano),
	}
	parts := make([][]byte, 4)
	if parts[0], err = json.Marshal(h); err != nil {
		return nil, "", err
	}
	parts[1] = []byte("{}")
	if parent != nil {
		if parts[1], err = json.Marshal(parent); err != nil {
			return nil, "", err
		}
	}
	parts[2] = []byte("{}")
	if parts[3], err = json.Marshal(content); err != nil {
		return nil, "", fmt.Errorf("content of %s: %w", msgType, err)
	}
	return append([][]byte{delimiter, s.sign(parts)}, parts...), h.MsgID, nil
}

// decode checks and takes apart the frames of a message. Every error says what is wrong with the frames.
func (s *session) decode(frames [][]byte) (envelope, error) {
	var e envelope
	start := -1
	for i, f := range frames {
		if bytes.Equal(f, delimiter) {
			start = i + 1
			break
		}
	}
	if start < 0 {
		return e, fmt.Errorf("message of %d frames without the delimiter %s", len(frames), delimiter)
	}
	if have := len(frames) - start; have < 5 {
		return e, fmt.Errorf("message with %d frames after the delimiter: want a signature and four dictionaries", have)
	}
	parts := frames[start+1 : start+5]
	if !hmac.Equal(s.sign(parts), frames[start]) {
		return e, errSignature
	}
	if err := json.Unmarshal(parts[0], &e.header); err != nil {
		return e, fmt.Errorf("message header: %w", err)
	}
	if e.header.Type == "" {
		return e, errors.New("message header without msg_type")
	}
	if err := json.Unmarshal(parts[1], &e.parent); err != nil {
		return e, fmt.Errorf("parent header of %s: %w", e.header.Type, err)
	}
	for i, name := range []string{"metadata", "content"} {
		p := bytes.TrimSpace(parts[2+i])
		if len(p) == 0 || p[0] != '{' || !json.Valid(p) {
			return e, fmt.Errorf("%s of %s is not a JSON object", name, e.header.Type)
		}
	}
	e.metadata, e.content = parts[2], parts[3]
	return e, nil
}

// newID returns a random UUID of version 4.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
