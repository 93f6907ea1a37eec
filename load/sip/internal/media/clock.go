package media

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Every stream has one of these slots; one slot is served each tick, so that packets of many calls do not go out all at once.
	slots = 4
	tick  = 20 * time.Millisecond / slots
	// A clock that is later than this leaves beats out instead of sending them all at once.
	patience = 200 * time.Millisecond
)

// ticker serves all streams of the process.
type ticker struct {
	mu      sync.Mutex
	slots   [slots][]*Stream
	count   int
	running bool
	// How late it ever was, and how many ticks were later than a packet time: a starved generator makes loss of its own.
	worst   atomic.Int64
	late    atomic.Int64
	skipped atomic.Int64
}

var clock ticker

// Lateness is how the clock of all streams fared: the longest delay, the ticks later than 20 ms, and the beats that were left out.
func Lateness() (worst time.Duration, late, skipped int64) {
	return time.Duration(clock.worst.Load()), clock.late.Load(), clock.skipped.Load()
}

// Streams is how many streams run.
func Streams() int {
	clock.mu.Lock()
	defer clock.mu.Unlock()
	return clock.count
}

func (t *ticker) add(s *Stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	best := 0
	for i := range t.slots {
		if len(t.slots[i]) < len(t.slots[best]) {
			best = i
		}
	}
	s.slot = best
	t.slots[best] = append(t.slots[best], s)
	t.count++
	if !t.running {
		t.running = true
		go t.run()
	}
}

func (t *ticker) remove(s *Stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.slot < 0 {
		return
	}
	list := t.slots[s.slot]
	for i := range list {
		if list[i] == s {
			list[i] = list[len(list)-1]
			list[len(list)-1] = nil
			t.slots[s.slot] = list[:len(list)-1]
			t.count--
			break
		}
	}
	s.slot = -1
}

func (t *ticker) run() {
	due := time.Now()
	var left [slots]int
	var batch []*Stream
	for turn := 0; ; turn = (turn + 1) % slots {
		due = due.Add(tick)
		now := time.Now()
		if wait := due.Sub(now); wait > 0 {
			time.Sleep(wait)
			now = time.Now()
		}
		delay := now.Sub(due)
		if delay > time.Duration(t.worst.Load()) {
			t.worst.Store(int64(delay))
		}
		if delay > 20*time.Millisecond {
			t.late.Add(1)
		}
		if delay > patience {
			beats := int(delay / (20 * time.Millisecond))
			due = due.Add(time.Duration(beats) * 20 * time.Millisecond)
			t.skipped.Add(int64(beats))
			for i := range left {
				left[i] += beats
			}
		}
		t.mu.Lock()
		if t.count == 0 {
			t.running = false
			t.mu.Unlock()
			return
		}
		batch = append(batch[:0], t.slots[turn]...)
		t.mu.Unlock()
		nanos := now.UnixNano()
		for _, stream := range batch {
			stream.beat(left[turn], nanos)
		}
		left[turn] = 0
		clear(batch)
	}
}
