package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Rate is the clock of G.711 and of telephone-event, in Hz.
const Rate = 8000

const (
	frame = 160 // samples of a packet
)

// Source is what a call sends, over and over. It is never changed, so that all calls share it.
type Source struct {
	// PCM is the sound once, at 8 kHz.
	PCM []int16
	// Both laws, longer than PCM by a packet so that the end of the loop needs no second copy.
	ulaw, alaw []byte
}

// NewSource encodes a sound for both laws.
func NewSource(pcm []int16) *Source {
	s := &Source{PCM: pcm}
	looped := make([]int16, len(pcm)+frame)
	for i := range looped {
		if len(pcm) > 0 {
			looped[i] = pcm[i%len(pcm)]
		}
	}
	s.ulaw, s.alaw = encode(ULaw, looped), encode(ALaw, looped)
	return s
}

// Tone is a sine; it lasts a second, in which every whole frequency ends where it began.
func Tone(hertz, dbfs float64) *Source {
	pcm := make([]int16, Rate)
	peak := 32767 * math.Pow(10, math.Min(dbfs, 0)/20)
	for i := range pcm {
		pcm[i] = int16(math.Round(peak * math.Sin(2*math.Pi*hertz*float64(i)/Rate)))
	}
	return NewSource(pcm)
}

// Silence sends packets of nothing.
func Silence() *Source { return NewSource(make([]int16, frame)) }

// codes is one packet's payload, from the loop's place.
func (s *Source) codes(law Law, place int) []byte {
	if law == ALaw {
		return s.alaw[place : place+frame]
	}
	return s.ulaw[place : place+frame]
}

// ErrWAV says that a file is not what a call can play.
var ErrWAV = errors.New("not a WAV file of 16-bit PCM, 8000 Hz, mono")

// ParseWAV reads the samples of a WAV file: 16-bit PCM, 8 kHz, mono.
func ParseWAV(data []byte) ([]int16, error) {
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WAVE" {
		return nil, ErrWAV
	}
	format := false
	for at := 12; at+8 <= len(data); {
		name, size := string(data[at:at+4]), int(binary.LittleEndian.Uint32(data[at+4:]))
		body := data[at+8:]
		if size > len(body) {
			size = len(body)
		}
		body = body[:size]
		switch name {
		case "fmt ":
			if size < 16 {
				return nil, ErrWAV
			}
			kind, channels := binary.LittleEndian.Uint16(body), binary.LittleEndian.Uint16(body[2:])
			rate, bits := binary.LittleEndian.Uint32(body[4:]), binary.LittleEndian.Uint16(body[14:])
			if kind == 0xfffe && size >= 26 { // extensible: the kind is in the first bytes of the GUID
				kind = binary.LittleEndian.Uint16(body[24:])
			}
			if kind != 1 || channels != 1 || rate != Rate || bits != 16 {
				return nil, fmt.Errorf("%w: it has format %d, %d channels, %d Hz, %d bits", ErrWAV, kind, channels, rate, bits)
			}
			format = true
		case "data":
			if !format || size < 2 {
				return nil, ErrWAV
			}
			samples := make([]int16, size/2)
			for i := range samples {
				samples[i] = int16(binary.LittleEndian.Uint16(body[2*i:]))
			}
			return samples, nil
		}
		at += 8 + size + size%2
	}
	return nil, ErrWAV
}

// StereoWAV writes two channels of 16-bit PCM at 8 kHz; the shorter one is filled up with silence.
func StereoWAV(left, right []int16) []byte {
	n := max(len(left), len(right))
	out := make([]byte, 0, 44+4*n)
	le := binary.LittleEndian
	out = append(out, "RIFF"...)
	out = le.AppendUint32(out, uint32(36+4*n))
	out = append(out, "WAVEfmt "...)
	out = le.AppendUint32(out, 16)
	out = le.AppendUint16(out, 1)
	out = le.AppendUint16(out, 2)
	out = le.AppendUint32(out, Rate)
	out = le.AppendUint32(out, Rate*4)
	out = le.AppendUint16(out, 4)
	out = le.AppendUint16(out, 16)
	out = append(out, "data"...)
	out = le.AppendUint32(out, uint32(4*n))
	at := func(channel []int16, i int) uint16 {
		if i < len(channel) {
			return uint16(channel[i])
		}
		return 0
	}
	for i := range n {
		out = le.AppendUint16(out, at(left, i))
		out = le.AppendUint16(out, at(right, i))
	}
	return out
}
