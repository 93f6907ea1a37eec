package media

import (
	"math"
	"net/netip"
	"testing"
	"time"
)

func TestLaws(t *testing.T) {
	for _, law := range []Law{ULaw, ALaw} {
		for sample := -32000; sample <= 32000; sample += 7 {
			codes := encode(law, []int16{int16(sample)})
			back := make([]int16, 1)
			decodeInto(back, law, codes)
			if off := math.Abs(float64(back[0]) - float64(sample)); off > math.Abs(float64(sample))/16+16 {
				t.Fatalf("%s: %d came back as %d", law, sample, back[0])
			}
			again := make([]int16, 1)
			if decodeInto(again, law, encode(law, back)); again[0] != back[0] {
				t.Fatalf("%s: %d came back as %d, and that as %d", law, sample, back[0], again[0])
			}
		}
	}
	// ITU-T G.711: silence and the ends of the range.
	if encodeULaw(0) != 0xff || encodeALaw(0) != 0xd5 || decodeULaw(0x80) != 32124 || decodeALaw(0xaa) != 32256 {
		t.Errorf("%#x %#x %d %d", encodeULaw(0), encodeALaw(0), decodeULaw(0x80), decodeALaw(0xaa))
	}
}

func TestReception(t *testing.T) {
	type packet struct {
		ssrc     uint32
		sequence uint16
	}
	for _, row := range []struct {
		name           string
		packets        []packet
		expected, lost int
	}{
		{"in order", []packet{{1, 10}, {1, 11}, {1, 12}}, 3, 0},
		{"two lost", []packet{{1, 10}, {1, 13}}, 4, 2},
		{"over the end of the numbers", []packet{{1, 65534}, {1, 65535}, {1, 0}, {1, 2}}, 5, 1},
		{"out of order", []packet{{1, 10}, {1, 12}, {1, 11}, {1, 13}}, 4, 0},
		{"the first ones out of order", []packet{{1, 0}, {1, 65535}, {1, 1}}, 3, 0},
		{"twice", []packet{{1, 10}, {1, 10}, {1, 12}}, 3, 0},
		{"another source", []packet{{1, 10}, {1, 12}, {2, 500}, {2, 503}}, 7, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := &Stream{}
			for _, p := range row.packets {
				s.got.arrived(p.ssrc, p.sequence, 0, 0, false)
			}
			if got := s.Stats(); got.Expected != row.expected || got.Lost != row.lost {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestJitter(t *testing.T) {
	even, uneven := reception{}, reception{}
	for i := range 500 {
		at, late := int64(i)*20e6, int64(i%2)*8e6
		even.arrived(1, uint16(i), uint32(i)*160, at, true)
		uneven.arrived(1, uint16(i), uint32(i)*160, at+late, true)
	}
	if even.jitter != 0 || math.Abs(uneven.jitter*1000/Rate-8) > 0.1 {
		t.Errorf("%v and %v ms", even.jitter, uneven.jitter*1000/Rate)
	}
}

func TestKeysAreSentAsRFC4733Says(t *testing.T) {
	s := sending{queue: []press{{5, 800}, {11, 320}}}
	var stamps []uint32
	var durations []int
	marks, finals := 0, 0
	payload := make([]byte, 4)
	for now := uint32(0); now < 40*frame; now += frame {
		stamp, marker, ok := s.next(now, payload)
		if !ok {
			continue
		}
		if len(stamps) == 0 || stamps[len(stamps)-1] != stamp {
			stamps = append(stamps, stamp)
		}
		if marker {
			marks++
		}
		if payload[1]&0x80 != 0 {
			finals++
			durations = append(durations, int(payload[2])<<8|int(payload[3]))
		}
	}
	if len(stamps) != 2 || marks != 2 || finals != 6 || durations[0] != 800 || durations[2] != 800 || durations[5] != 320 {
		t.Errorf("stamps %v, %d marks, %d ends, durations %v", stamps, marks, finals, durations)
	}
	if gap := stamps[1] - stamps[0]; gap != 800+(ends-1)*frame+between*frame {
		t.Errorf("the second key begins %d samples after the first", gap)
	}
}

func TestKeysAreHeardOnceEach(t *testing.T) {
	l := listening{}
	for _, stamp := range []uint32{100, 100, 100, 900, 100, 900, 2000} {
		l.event(1, stamp, []byte{byte(stamp % 7), 0, 0, 0})
	}
	if len(l.digits) != 3 {
		t.Errorf("heard %q", l.digits)
	}
}

func TestRecordingPutsPacketsInTheirPlace(t *testing.T) {
	r := recording{law: ULaw}
	loud := make([]byte, frame)
	for i := range loud {
		loud[i] = 0x80
	}
	r.put(ULaw, 1, 1000, 0, loud)
	r.put(ULaw, 1, 1000+3*frame, 60e6, loud)
	r.put(ULaw, 1, 1000+2*frame, 61e6, loud)
	r.put(ALaw, 2, 77, 100e6, other(ULaw, loud)) // another source and law, 100 ms after the first
	pcm := r.pcm()
	if len(pcm) != 6*frame {
		t.Fatalf("%d samples", len(pcm))
	}
	for i, wants := range []bool{true, false, true, true, false, true} {
		if is := pcm[i*frame+5] > 30000; is != wants {
			t.Errorf("packet %d is there: %v", i, is)
		}
	}
}

func TestTheEndOfARecording(t *testing.T) {
	loud := make([]byte, frame)
	for i := range loud {
		loud[i] = 0x80
	}
	for _, row := range []struct {
		name    string
		packets int
		nowMs   int64
		ms      int
		loud    []bool // by packet
	}{
		{"goes on", 10, 210, 60, []bool{true, true, true}},
		{"waits for a packet no longer than packets do", 10, 280, 60, []bool{true, true, true}},
		{"ends with silence when nothing comes any more", 10, 380, 220, []bool{true, true, false, false, false, false, false, false, false, false, false}},
		{"is silence when nothing came for long", 10, 5000, 60, []bool{false, false, false}},
		{"begins with silence when it is shorter", 2, 30, 60, []bool{false, true, true}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := recording{law: ULaw}
			for i := range row.packets {
				r.put(ULaw, 1, uint32(i*frame), int64(i)*20e6, loud)
			}
			pcm := r.end(row.ms, row.nowMs*1e6)
			if len(pcm) != len(row.loud)*frame {
				t.Fatalf("%d samples", len(pcm))
			}
			for i, wants := range row.loud {
				if is := pcm[i*frame+5] > 30000; is != wants {
					t.Errorf("packet %d is there: %v", i, is)
				}
			}
		})
	}
	if pcm := (&recording{}).end(60, 1e9); len(pcm) != 3*frame || pcm[7] != 0 {
		t.Errorf("of nothing: %d samples", len(pcm))
	}
}

func TestTwoStreamsTalk(t *testing.T) {
	here := netip.MustParseAddr("127.0.0.1")
	bells := [2]Bell{}
	var legs [2]*Stream
	for i := range legs {
		source := Tone(1000, -20)
		if i == 1 {
			source = Silence()
		}
		s, err := Open(here, Settings{Source: source, HeardLevel: -45, Record: true, Bell: &bells[i]})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		legs[i] = s
		if s.Local().Port()%2 != 0 {
			t.Errorf("port %d is odd", s.Local().Port())
		}
	}
	for i, s := range legs {
		s.Start(legs[1-i].Local(), ALaw, 101, false)
	}
	if !legs[0].Press("1#", 60) || legs[0].Press("x", 60) {
		t.Error("keys")
	}
	until(t, &bells[1], "the tone and the keys", func() bool { return legs[1].Heard() && legs[1].Digits() == "1#" && legs[1].Stats().HeardMs >= 400 })
	if legs[0].Heard() {
		t.Error("silence was heard")
	}
	got := legs[1].Stats()
	if got.Received < 5 || got.Lost != 0 || got.HeardMs < 100 {
		t.Errorf("%+v", got)
	}
	if heard := legs[1].HeardPCM(0); len(heard) < 800 || level(heard) < -24 || level(heard) > -22 {
		t.Errorf("%d samples at %.1f dB", len(heard), level(heard))
	}
	before := Streams()
	legs[0].Close()
	if Streams() != before-1 {
		t.Error("a closed stream is still served")
	}
}

// level of the loudest 100 ms, as mean power in dB: a sine of -20 dBFS has -23.
func level(pcm []int16) float64 {
	most := 0.0
	for at := 0; at+800 <= len(pcm); at += 800 {
		sum := 0.0
		for _, x := range pcm[at : at+800] {
			sum += float64(x) * float64(x) / 32768 / 32768
		}
		most = math.Max(most, sum/800)
	}
	return 10 * math.Log10(most)
}

func until(t *testing.T, bell *Bell, what string, holds func() bool) {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		next := bell.Next()
		if holds() {
			return
		}
		select {
		case <-next:
		case <-time.After(20 * time.Millisecond): // figures ring no bell
		case <-limit:
			t.Fatalf("not reached: %s", what)
		}
	}
}

func TestWAV(t *testing.T) {
	stereo := StereoWAV([]int16{1, 2, 3}, []int16{4})
	if len(stereo) != 44+12 {
		t.Errorf("%d bytes", len(stereo))
	}
	if _, err := ParseWAV(stereo); err == nil {
		t.Error("stereo was taken")
	}
	mono := append([]byte{}, stereo...)
	mono[22] = 1
	if pcm, err := ParseWAV(mono); err != nil || len(pcm) != 6 || pcm[1] != 4 {
		t.Errorf("%v %v", pcm, err)
	}
	if _, err := ParseWAV([]byte("RIFF")); err == nil {
		t.Error("four bytes were taken")
	}
}

func BenchmarkBeat(b *testing.B) {
	here := netip.MustParseAddr("127.0.0.1")
	var legs [2]*Stream
	for i := range legs {
		s, err := Open(here, Settings{HeardLevel: -45, Record: false, Bell: &Bell{}})
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		legs[i] = s
	}
	for i, s := range legs {
		s.started, s.remote, s.law = true, destinationOf(legs[1-i].Local()), ULaw
	}
	b.ReportAllocs()
	for b.Loop() { // a packet each way
		legs[0].beat(0, 1)
		legs[1].beat(0, 1)
	}
}
