// Package sdp makes and reads the session descriptions of an audio call (RFC 8866, RFC 3264).
package sdp

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// Payload types of G.711 (RFC 3551, section 6), and the one that is offered for telephone-event (RFC 4733).
const (
	PCMU           = 0
	PCMA           = 8
	TelephoneEvent = 101
)

// Direction of a stream, from the side that describes it.
type Direction string

// The directions of RFC 8866, section 6.7.
const (
	SendRecv Direction = "sendrecv"
	SendOnly Direction = "sendonly"
	RecvOnly Direction = "recvonly"
	Inactive Direction = "inactive"
)

// Reverse is what the other side has to answer at most.
func (d Direction) Reverse() Direction {
	switch d {
	case SendOnly:
		return RecvOnly
	case RecvOnly:
		return SendOnly
	}
	return d
}

// Audio is the audio stream of a description.
type Audio struct {
	// Address is where RTP is to be sent. Port 0: the stream is refused.
	Address netip.AddrPort
	// Codecs are the payload types of G.711 in the order of preference.
	Codecs []uint8
	// Event is the payload type of telephone-event at 8000 Hz, or 0.
	Event     uint8
	Direction Direction
}

// Errors of descriptions that a call cannot be made with.
var (
	ErrNoAudio  = errors.New("sdp: no audio over RTP/AVP")
	ErrNoCodec  = errors.New("sdp: no codec in common")
	ErrBadMedia = errors.New("sdp: malformed description")
)

// Parse reads the first audio stream over RTP/AVP.
func Parse(text string) (Audio, error) {
	var audio Audio
	session, own := "", ""
	direction, ownDirection := SendRecv, Direction("")
	inAudio, seen := false, false
	port := 0
	var types []string
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		line = strings.TrimRight(line, "\r")
		if len(line) < 2 || line[1] != '=' {
			continue
		}
		value := line[2:]
		switch line[0] {
		case 'm':
			inAudio = false
			part := strings.Fields(value)
			if !seen && len(part) >= 4 && part[0] == "audio" && part[2] == "RTP/AVP" {
				number, _, _ := strings.Cut(part[1], "/")
				n, err := strconv.Atoi(number)
				if err != nil || n < 0 || n > 65535 {
					return Audio{}, ErrBadMedia
				}
				port, types = n, part[3:]
				inAudio, seen = true, true
			}
		case 'c':
			part := strings.Fields(value)
			if len(part) == 3 {
				if inAudio {
					own = part[2]
				} else if !seen {
					session = part[2]
				}
			}
		case 'a':
			switch d := Direction(value); d {
			case SendRecv, SendOnly, RecvOnly, Inactive:
				if inAudio {
					ownDirection = d
				} else if !seen {
					direction = d
				}
			default:
				if inAudio {
					if pt, ok := eventType(value); ok {
						audio.Event = pt
					}
				}
			}
		}
	}
	if !seen {
		return Audio{}, ErrNoAudio
	}
	for _, text := range types {
		if pt, err := strconv.ParseUint(text, 10, 7); err == nil && (pt == PCMU || pt == PCMA) {
			audio.Codecs = append(audio.Codecs, uint8(pt))
		}
	}
	audio.Direction = direction
	if ownDirection != "" {
		audio.Direction = ownDirection
	}
	if own == "" {
		own = session
	}
	address, err := netip.ParseAddr(own)
	if err != nil {
		return Audio{}, ErrBadMedia
	}
	audio.Address = netip.AddrPortFrom(address.Unmap(), uint16(port))
	return audio, nil
}

// eventType reads "rtpmap:101 telephone-event/8000".
func eventType(value string) (uint8, bool) {
	rest, ok := strings.CutPrefix(value, "rtpmap:")
	if !ok {
		return 0, false
	}
	number, name, _ := strings.Cut(rest, " ")
	name = strings.ToLower(strings.TrimSpace(name))
	if name != "telephone-event/8000" && name != "telephone-event/8000/1" {
		return 0, false
	}
	pt, err := strconv.ParseUint(number, 10, 7)
	return uint8(pt), err == nil
}

// Answer is what is agreed on an offer: the first offered codec that is ours too.
func Answer(offer Audio, own []uint8) (codec uint8, err error) {
	for _, theirs := range offer.Codecs {
		for _, mine := range own {
			if theirs == mine {
				return theirs, nil
			}
		}
	}
	return 0, ErrNoCodec
}

// Description is our side of a call.
type Description struct {
	Address   netip.AddrPort
	Session   uint64
	Version   uint64
	Codecs    []uint8
	Event     uint8
	Direction Direction
}

// Append writes the description.
func (d Description) Append(out []byte) []byte {
	family := "IP4"
	if d.Address.Addr().Is6() {
		family = "IP6"
	}
	host := d.Address.Addr().String()
	out = append(out, "v=0\r\no=- "...)
	out = strconv.AppendUint(out, d.Session, 10)
	out = append(out, ' ')
	out = strconv.AppendUint(out, d.Version, 10)
	out = append(out, " IN "...)
	out = append(out, family...)
	out = append(out, ' ')
	out = append(out, host...)
	out = append(out, "\r\ns=-\r\nc=IN "...)
	out = append(out, family...)
	out = append(out, ' ')
	out = append(out, host...)
	out = append(out, "\r\nt=0 0\r\nm=audio "...)
	out = strconv.AppendUint(out, uint64(d.Address.Port()), 10)
	out = append(out, " RTP/AVP"...)
	for _, codec := range d.Codecs {
		out = append(out, ' ')
		out = strconv.AppendUint(out, uint64(codec), 10)
	}
	if d.Event != 0 {
		out = append(out, ' ')
		out = strconv.AppendUint(out, uint64(d.Event), 10)
	}
	for _, codec := range d.Codecs {
		if codec == PCMU {
			out = append(out, "\r\na=rtpmap:0 PCMU/8000"...)
		} else {
			out = append(out, "\r\na=rtpmap:8 PCMA/8000"...)
		}
	}
	if d.Event != 0 {
		out = append(out, "\r\na=rtpmap:"...)
		out = strconv.AppendUint(out, uint64(d.Event), 10)
		out = append(out, " telephone-event/8000\r\na=fmtp:"...)
		out = strconv.AppendUint(out, uint64(d.Event), 10)
		out = append(out, " 0-15"...)
	}
	out = append(out, "\r\na=ptime:20\r\na="...)
	out = append(out, d.Direction...)
	return append(out, "\r\n"...)
}
