package media

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Settings of a stream.
type Settings struct {
	Source *Source
	// HeardLevel in dBFS, above which audio counts as heard.
	HeardLevel float64
	Record     bool
	// Bell rings when something was heard for the first time, and at each key.
	Bell *Bell
}

// heardFor is for how long audio stays above the level until it is heard.
const heardFor = 100

// Stream is the RTP of one call leg.
type Stream struct {
	link *link

	mu       sync.Mutex
	bell     *Bell
	source   *Source
	limit    float32 // power that counts as heard
	remote   destination
	law      Law
	event    uint8
	started  bool
	mute     bool
	ssrc     uint32
	sequence uint16
	stamp    uint32
	place    int
	sent     int
	first    bool
	keys     sending

	got      reception
	heardMs  int
	run      int // milliseconds above the level without a break
	heard    bool
	pressed  listening
	recorded *recording
	sentFrom int64 // nanoseconds: when the first packet went out
	slot     int
	buffer   [12 + frame]byte
}

// Open binds an even port of an address for RTP.
func Open(address netip.Addr, settings Settings) (*Stream, error) {
	link, err := openLink(address)
	if err != nil {
		return nil, err
	}
	s := &Stream{
		link: link, bell: settings.Bell, source: settings.Source, limit: powerOf(settings.HeardLevel),
		ssrc: rand.Uint32(), sequence: uint16(rand.Uint32()), stamp: rand.Uint32(), first: true, slot: -1,
	}
	if s.source == nil {
		s.source = Tone(1000, -20)
	}
	if settings.Record {
		s.recorded = &recording{}
	}
	return s, nil
}

// Local is the address that goes into the SDP.
func (s *Stream) Local() netip.AddrPort { return s.link.local }

// Start begins to send to an address and to take what comes; called again, it changes where to and what.
func (s *Stream) Start(remote netip.AddrPort, law Law, event uint8, mute bool) {
	s.mu.Lock()
	fresh := !s.started
	s.started, s.remote, s.event = true, destinationOf(remote), event
	s.mute = mute || remote.Port() == 0
	if fresh {
		s.law = law
		if s.recorded != nil {
			s.recorded.law = law
		}
	} else if law != s.law {
		s.law = law
	}
	s.mu.Unlock()
	if fresh {
		clock.add(s)
	}
}

// Close ends the stream; its figures and its recording stay.
func (s *Stream) Close() {
	clock.remove(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link.open() {
		if s.started {
			s.drain()
		}
		s.link.close()
	}
}

// Press queues keys; false when the other side does not take RFC 4733 or the stream does not run.
func (s *Stream) Press(digits string, milliseconds int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started || s.event == 0 || !Keys(digits) {
		return false
	}
	for _, digit := range strings.ToUpper(digits) {
		s.keys.queue = append(s.keys.queue, press{byte(strings.IndexRune(keys, digit)), max(milliseconds, 20) * Rate / 1000})
	}
	return true
}

// Heard says whether audio came for long enough.
func (s *Stream) Heard() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard
}

// Digits are the keys that came.
func (s *Stream) Digits() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.pressed.digits)
}

// Stats reads the figures.
func (s *Stream) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	expected := s.got.expected()
	return Stats{
		Sent: s.sent, Received: s.got.received, Expected: expected, Lost: max(expected-s.got.received, 0),
		Jitter: s.got.jitter * 1000 / Rate, HeardMs: s.heardMs, Digits: string(s.pressed.digits),
	}
}

// Recording is what was heard and what was sent, on one clock; nil without Record.
func (s *Stream) Recording() (heard, sent []int16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recorded == nil {
		return nil, nil
	}
	heard = s.recorded.pcm()
	n := min(s.sent*frame, longest)
	sent = make([]int16, n)
	for i := range sent {
		sent[i] = s.source.PCM[i%len(s.source.PCM)]
	}
	if s.recorded.begun && s.sent > 0 {
		// Whoever began later is moved back by as much.
		if gap := int((s.recorded.firstAt - s.sentFrom) * Rate / 1e9); gap > 0 {
			heard = append(make([]int16, gap), heard...)
		} else {
			sent = append(make([]int16, -gap), sent...)
		}
	}
	return heard, sent
}

// HeardPCM is what was heard: the last so many milliseconds up to now, or with 0 all from the first packet on; nil without Record.
func (s *Stream) HeardPCM(last int) []int16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recorded == nil {
		return nil
	}
	if last > 0 {
		return s.recorded.end(last, time.Now().UnixNano())
	}
	return s.recorded.pcm()
}

// beat takes what came and sends the next packet. It is called every 20 ms by the clock; skipped says how many beats were left out before it.
func (s *Stream) beat(skipped int, nowNanos int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.link.open() {
		return
	}
	rang := s.drain()
	for range skipped {
		s.forward()
	}
	if s.mute {
		s.forward()
	} else {
		s.send(nowNanos)
	}
	if rang {
		s.bell.Ring()
	}
}

func (s *Stream) forward() {
	s.stamp += frame
	s.place += frame
	for s.place >= len(s.source.PCM) {
		s.place -= len(s.source.PCM)
	}
}

func (s *Stream) send(nowNanos int64) {
	b := &s.buffer
	stamp, kind, size := s.stamp, byte(s.law), 12+frame
	if eventStamp, marker, ok := s.keys.next(s.stamp, b[12:16]); ok {
		stamp, kind, size = eventStamp, s.event, 16
		if marker {
			kind |= 0x80
		}
	} else {
		copy(b[12:], s.source.codes(s.law, s.place))
		if s.first {
			kind |= 0x80
			s.first = false
			s.sentFrom = nowNanos
		}
	}
	b[0], b[1] = 0x80, kind
	binary.BigEndian.PutUint16(b[2:], s.sequence)
	binary.BigEndian.PutUint32(b[4:], stamp)
	binary.BigEndian.PutUint32(b[8:], s.ssrc)
	if s.link.send(b[:size], &s.remote) {
		s.sent++
	}
	s.sequence++
	s.forward()
}

// take handles one datagram and says whether somebody who waits should look.
func (s *Stream) take(b []byte, atNanos int64) bool {
	if len(b) < 12 || b[0]>>6 != 2 || (b[1] >= 192 && b[1] <= 223) { // the latter is RTCP (RFC 5761, section 4)
		return false
	}
	header := 12 + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 {
		if len(b) < header+4 {
			return false
		}
		header += 4 + 4*int(binary.BigEndian.Uint16(b[header+2:]))
	}
	end := len(b)
	if b[0]&0x20 != 0 {
		end -= int(b[end-1])
	}
	if header > end {
		return false
	}
	kind, payload := b[1]&0x7f, b[header:end]
	sequence, stamp, ssrc := binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	audio := kind == byte(ULaw) || kind == byte(ALaw)
	s.got.arrived(ssrc, sequence, stamp, atNanos, audio)
	if !audio {
		return s.event != 0 && kind == s.event && s.pressed.event(ssrc, stamp, payload)
	}
	law := Law(kind)
	if s.recorded != nil {
		s.recorded.put(law, ssrc, stamp, atNanos, payload)
	}
	milliseconds := len(payload) * 1000 / Rate
	if power(law, payload) <= s.limit {
		s.run = 0
		return false
	}
	s.heardMs += milliseconds
	s.run += milliseconds
	if s.heard || s.run < heardFor {
		return false
	}
	s.heard = true
	return true
}
