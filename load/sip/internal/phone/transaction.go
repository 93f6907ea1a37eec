package phone

import (
	"net/netip"
	"sync"
	"time"

	"mediaservice.example/load/sip/internal/message"
)

// Timers of RFC 3261, 17.1.1.1 and table 4.
type Timers struct {
	T1, T2 time.Duration
}

// Standard are those of the RFC.
var Standard = Timers{T1: 500 * time.Millisecond, T2: 4 * time.Second}

// life is that of a transaction: timers B, F and H.
func (t Timers) life() time.Duration { return 64 * t.T1 }

// txnKey is what a response is matched by (section 17.1.3).
type txnKey struct {
	branch string
	method string
}

// responder takes the responses to one request.
type responder interface {
	response(m *message.Message, at time.Time)
}

// transaction is a client transaction of any method but INVITE (section 17.1.2).
type transaction struct {
	endpoint *Endpoint
	key      txnKey
	packet   []byte
	to       netip.AddrPort
	observer Observer
	done     func(*message.Message) // nil: no response came

	mu       sync.Mutex
	started  time.Time
	interval time.Duration
	timer    *time.Timer
	over     bool
}

func (e *Endpoint) request(method, branch string, packet []byte, to netip.AddrPort, observer Observer, done func(*message.Message)) {
	t := &transaction{
		endpoint: e, key: txnKey{branch, method}, packet: packet, to: to, observer: observer, done: done, started: time.Now(), interval: e.timers.T1,
	}
	e.expect(t.key, t)
	t.mu.Lock()
	t.timer = time.AfterFunc(t.interval, t.again)
	t.mu.Unlock()
	e.send(packet, to)
}

// again is timer E, and F when it is time.
func (t *transaction) again() {
	t.mu.Lock()
	if t.over {
		t.mu.Unlock()
		return
	}
	if time.Since(t.started) >= t.endpoint.timers.life() {
		t.over = true
		t.mu.Unlock()
		t.endpoint.forget(t.key)
		t.finish(nil)
		return
	}
	t.interval = min(2*t.interval, t.endpoint.timers.T2)
	t.timer.Reset(min(t.interval, max(time.Until(t.started.Add(t.endpoint.timers.life())), time.Millisecond)))
	t.mu.Unlock()
	t.observer.Retransmitted(t.key.method, 0)
	t.endpoint.send(t.packet, t.to)
}

func (t *transaction) response(m *message.Message, _ time.Time) {
	t.mu.Lock()
	if t.over {
		t.mu.Unlock()
		return
	}
	if m.Status < 200 {
		t.interval = t.endpoint.timers.T2
		t.mu.Unlock()
		return
	}
	t.over = true
	t.timer.Stop()
	t.mu.Unlock()
	t.endpoint.forget(t.key)
	t.finish(m)
}

func (t *transaction) finish(m *message.Message) {
	status := 0
	if m != nil {
		status = m.Status
	}
	t.observer.Request(t.key.method, status, time.Since(t.started))
	if t.done != nil {
		t.done(m)
	}
}
