package jupyter

import "encoding/json"

// Message is one message from the kernel's IOPub channel.
type Message struct {
	Type     string // msg_type: stream, display_data, error, status, …
	ParentID string // msg_id of the request it belongs to
	Content  json.RawMessage
	Metadata json.RawMessage
	Late     bool // it belongs to an earlier request than the one that is being executed
}

// Request is one cell to execute.
type Request struct {
	Code string
	// Stdin answers an input request; false, like a nil Stdin, aborts the execution by an interrupt.
	Stdin func(prompt string, password bool) (string, bool)
}

// Reply is the content of an execute_reply.
type Reply struct {
	Status         string          `json:"status"` // ok, error or aborted
	ExecutionCount int             `json:"execution_count"`
	EName          string          `json:"ename"`
	EValue         string          `json:"evalue"`
	Traceback      []string        `json:"traceback"`
	Raw            json.RawMessage `json:"-"` // the whole content
	Code           string          `json:"-"` // what was executed
}
