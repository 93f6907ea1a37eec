package sdp

import (
	"errors"
	"net/netip"
	"slices"
	"testing"
)

const begin = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"

func TestParse(t *testing.T) {
	for _, row := range []struct {
		name, text string
		wants      Audio
	}{
		{"plain", begin + "m=audio 4000 RTP/AVP 18 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n",
			Audio{netip.MustParseAddrPort("192.0.2.1:4000"), []uint8{8, 0}, 101, SendRecv}},
		{"address and direction of the stream win", begin + "a=sendonly\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.2\r\na=inactive\r\n",
			Audio{netip.MustParseAddrPort("192.0.2.2:4000"), []uint8{0}, 0, Inactive}},
		{"direction of all streams", begin + "a=recvonly\r\nm=audio 4000 RTP/AVP 0\r\n", Audio{netip.MustParseAddrPort("192.0.2.1:4000"), []uint8{0}, 0, RecvOnly}},
		{"video is passed over", begin + "m=video 3000 RTP/AVP 96\r\na=rtpmap:96 telephone-event/8000\r\nm=audio 4000 RTP/AVP 0\r\n",
			Audio{netip.MustParseAddrPort("192.0.2.1:4000"), []uint8{0}, 0, SendRecv}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := Parse(row.text)
			if err != nil || got.Address != row.wants.Address || !slices.Equal(got.Codecs, row.wants.Codecs) || got.Event != row.wants.Event || got.Direction != row.wants.Direction {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	if _, err := Parse(begin + "m=video 3000 RTP/AVP 96\r\n"); !errors.Is(err, ErrNoAudio) {
		t.Error(err)
	}
	if _, err := Parse("m=audio 4000 RTP/AVP 0\r\n"); !errors.Is(err, ErrBadMedia) {
		t.Error(err)
	}
	if _, err := Answer(Audio{Codecs: []uint8{0}}, []uint8{8}); !errors.Is(err, ErrNoCodec) {
		t.Error(err)
	}
}

func TestOwnDescriptionIsRead(t *testing.T) {
	own := Description{Address: netip.MustParseAddrPort("127.0.0.1:40000"), Codecs: []uint8{8, 0}, Event: 101, Direction: SendRecv}
	got, err := Parse(string(own.Append(nil)))
	if err != nil || got.Address != own.Address || !slices.Equal(got.Codecs, own.Codecs) || got.Event != 101 || got.Direction != SendRecv {
		t.Errorf("%+v %v", got, err)
	}
}
