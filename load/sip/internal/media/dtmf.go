package media

import "strings"

const keys = "0123456789*#ABCD"

const (
	// Packets of an event's end: RFC 4733, 2.5.1.4, sends it three times.
	ends = 3
	// Packets of audio between two keys: 100 ms.
	between = 5
)

// Keys says whether all characters are keys of RFC 4733.
func Keys(digits string) bool {
	for _, digit := range strings.ToUpper(digits) {
		if !strings.ContainsRune(keys, digit) {
			return false
		}
	}
	return digits != ""
}

type press struct {
	code     byte
	duration int // samples
}

// sending is the key that goes out, and those that wait.
type sending struct {
	queue   []press
	active  bool
	first   bool
	stamp   uint32
	elapsed int
	ended   int
	rest    int // packets of audio until the next key
}

// next fills four bytes of an event's payload for this packet time; false: audio goes out instead.
func (s *sending) next(now uint32, payload []byte) (stamp uint32, marker, ok bool) {
	if !s.active {
		if s.rest > 0 {
			s.rest--
			return 0, false, false
		}
		if len(s.queue) == 0 {
			return 0, false, false
		}
		s.active, s.first, s.stamp, s.elapsed, s.ended = true, true, now, 0, 0
	}
	key := s.queue[0]
	if s.elapsed < key.duration {
		s.elapsed += frame
	}
	flags := byte(10) // volume: -10 dBm0
	if s.elapsed >= key.duration {
		flags |= 0x80
		s.ended++
	}
	marker, s.first = s.first, false
	elapsed := min(s.elapsed, 0xffff)
	payload[0], payload[1], payload[2], payload[3] = key.code, flags, byte(elapsed>>8), byte(elapsed)
	stamp = s.stamp
	if s.ended == ends {
		s.queue = s.queue[1:]
		s.active, s.rest = false, between
	}
	return stamp, marker, true
}

// listening tells keys by the timestamp of their event, which all of its packets have.
type listening struct {
	digits []byte
	begun  bool
	ssrc   uint32
	last   uint32
}

// event takes a packet and says whether a key is new.
func (l *listening) event(ssrc, stamp uint32, payload []byte) bool {
	if len(payload) < 4 || int(payload[0]) >= len(keys) {
		return false
	}
	// A packet of an event that is over, out of order, must not count again.
	if l.begun && ssrc == l.ssrc && int32(stamp-l.last) <= 0 {
		return false
	}
	l.begun, l.ssrc, l.last = true, ssrc, stamp
	l.digits = append(l.digits, keys[payload[0]])
	return true
}
