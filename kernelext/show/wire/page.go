package wire

import (
	"sync"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

var (
	listenersMu sync.Mutex
	listeners   = map[string]chan string{}
)

// Listen returns the texts that a script in the page sends to address, as GoNB's
// widgets do: a comm_msg with {"address": address, "value": text}. Some may be lost,
// as when the program does not take them; the script has to say again what matters.
// [Unlisten] must be called before the program ends.
//
// Until a page opens a comm the kernel is busy for up to three seconds with asking for
// one.
func Listen(address string) (<-chan string, error) {
	texts := make(chan string, 64)
	listenersMu.Lock()
	listeners[address] = texts
	listenersMu.Unlock()
	return texts, subscribe(&protocol.CommSubscription{Address: address})
}

// Unlisten ends what [Listen] began. GoNB 0.11.4 may crash when a text arrives in the
// moment in which a program ends, unless nobody listens.
func Unlisten(address string) error {
	listenersMu.Lock()
	delete(listeners, address)
	listenersMu.Unlock()
	err := subscribe(&protocol.CommSubscription{Address: address, Unsubscribe: true})
	if err != nil {
		return err
	}
	return exchange((*conn).sync)
}

func subscribe(s *protocol.CommSubscription) error {
	return exchange(func(c *conn) error {
		return c.send(&protocol.DisplayData{Data: map[protocol.MIMEType]any{protocol.MIMECommSubscribe: s}})
	})
}

// Send sends a text to the scripts that listen to address. It does not wait.
func Send(address, text string) error {
	return exchange(func(c *conn) error {
		return c.send(&protocol.DisplayData{Data: map[protocol.MIMEType]any{
			protocol.MIMECommValue: &protocol.CommValue{Address: address, Value: text},
		}})
	})
}

// heard gives v to its listener, and reports whether there is one.
func heard(v protocol.CommValue) bool {
	listenersMu.Lock()
	defer listenersMu.Unlock()
	texts, ok := listeners[v.Address]
	if text, isText := v.Value.(string); ok && isText {
		select {
		case texts <- text:
		default:
		}
	}
	return ok
}
