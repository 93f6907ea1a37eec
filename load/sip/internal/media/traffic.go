package media

import "sync/atomic"

// Counter counts datagrams of a kind, both ways.
type Counter struct {
	PacketsIn, BytesIn, PacketsOut, BytesOut atomic.Int64
}

// Traffic is the RTP of the process.
var Traffic Counter

func (c *Counter) in(size int) {
	c.PacketsIn.Add(1)
	c.BytesIn.Add(int64(size))
}

func (c *Counter) out(sent bool, size int) {
	if sent {
		c.PacketsOut.Add(1)
		c.BytesOut.Add(int64(size))
	}
}

// In and Out count a datagram that came or went.
func (c *Counter) In(size int) { c.in(size) }

// Out counts a datagram that was sent.
func (c *Counter) Out(size int) { c.out(true, size) }
