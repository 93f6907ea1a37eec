package media

import "math"

// Stats is what a stream did so far.
type Stats struct {
	Sent     int
	Received int
	// Expected is told from the sequence numbers (RFC 3550, A.3), Lost is Expected less Received and never below 0.
	Expected int
	Lost     int
	// Jitter of RFC 3550, 6.4.1, in milliseconds.
	Jitter float64
	// HeardMs is how much audio came above the level that counts as heard, in milliseconds.
	HeardMs int
	Digits  string
}

// reception is the state of RFC 3550, A.1 and A.8, of one source after the other.
type reception struct {
	begun    bool
	ssrc     uint32
	base     uint32
	highest  uint32 // with the wraps counted in
	earlier  int    // expected from the sources before this one
	received int
	timed    bool
	lastAt   int64
	last     uint32
	jitter   float64 // in units of the clock
}

// arrived counts a packet. Events are not timed: all packets of one have the timestamp of its begin.
func (r *reception) arrived(ssrc uint32, sequence uint16, timestamp uint32, atNanos int64, timed bool) {
	r.received++
	if !r.begun || ssrc != r.ssrc {
		if r.begun {
			r.earlier += int(r.highest-r.base) + 1
		}
		r.begun, r.ssrc, r.timed = true, ssrc, false
		r.base = uint32(sequence) + 1<<16 // so that packets before the first do not go below zero
		r.highest = r.base
	} else if ahead := int16(sequence - uint16(r.highest)); ahead > 0 {
		r.highest += uint32(ahead)
	} else if full := r.highest - uint32(-int32(ahead)); full < r.base {
		r.base = full // the first packets came out of order
	}
	if !timed {
		return
	}
	if r.timed {
		d := math.Abs(float64(atNanos-r.lastAt)*Rate/1e9 - float64(int32(timestamp-r.last)))
		r.jitter += (d - r.jitter) / 16
	}
	r.lastAt, r.last, r.timed = atNanos, timestamp, true
}

func (r *reception) expected() int {
	if !r.begun {
		return 0
	}
	return r.earlier + int(r.highest-r.base) + 1
}
