package media

import "sync"

// Bell wakes everybody who waits for something to change. The zero value is ready.
type Bell struct {
	mu sync.Mutex
	ch chan struct{}
}

// Next is closed at the next ring. Take it before you look at what may have changed.
func (b *Bell) Next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

// Ring wakes all who wait; it costs next to nothing when nobody does.
func (b *Bell) Ring() {
	b.mu.Lock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
	b.mu.Unlock()
}
