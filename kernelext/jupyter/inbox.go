package jupyter

import "sync"

// channel names where a message came from.
type channel int

const (
	shell channel = iota
	control
	stdin
	iopub
	channels
)

func (c channel) String() string { return [...]string{"shell", "control", "stdin", "iopub"}[c] }

// arrival is a message from the kernel, or the reason why one cannot be understood or none can come any more.
type arrival struct {
	envelope
	from channel
	err  error
}

func (a *arrival) size() int { return len(a.metadata) + len(a.content) + 512 }

// inbox queues arrivals of all channels. It holds what a burst of output needs, so that the kernel is not slowed down
// by us; beyond that it blocks the readers rather than lose a message.
type inbox struct {
	mu    sync.Mutex
	queue []arrival
	bytes int
	news  chan struct{} // holds a token when something has been put
	room  *sync.Cond
	shut  bool
}

const inboxBytes = 64 << 20

func newInbox() *inbox {
	b := &inbox{news: make(chan struct{}, 1)}
	b.room = sync.NewCond(&b.mu)
	return b
}

func (b *inbox) put(a arrival) {
	b.mu.Lock()
	for b.bytes > inboxBytes && !b.shut {
		b.room.Wait()
	}
	b.queue = append(b.queue, a)
	b.bytes += a.size()
	b.mu.Unlock()
	select {
	case b.news <- struct{}{}:
	default:
	}
}

// poll returns the oldest arrival, if there is one.
func (b *inbox) poll() (arrival, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.queue) == 0 {
		return arrival{}, false
	}
	a := b.queue[0]
	b.queue[0] = arrival{}
	if b.queue = b.queue[1:]; len(b.queue) == 0 {
		b.queue = nil
	}
	b.bytes -= a.size()
	b.room.Broadcast()
	return a, true
}

// shutDown lets readers that wait for room go.
func (b *inbox) shutDown() {
	b.mu.Lock()
	b.shut = true
	b.mu.Unlock()
	b.room.Broadcast()
}
