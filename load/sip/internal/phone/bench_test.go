package phone

import (
	"net/netip"
	"testing"
	"time"
)

// BenchmarkCall is a short call with both of its legs here: INVITE, 180, 200, ACK, BYE, 200, without RTP.
func BenchmarkCall(b *testing.B) {
	var devices [2]*Device
	for i := range devices {
		e, err := Open(netip.MustParseAddr("127.0.0.1"), Standard)
		if err != nil {
			b.Fatal(err)
		}
		defer e.Close()
		devices[i] = Start(e, Config{Domain: "127.0.0.1", User: string(rune('a' + i)), AOR: "sip:a@127.0.0.1", RingTimeout: time.Minute, Media: MediaSettings{Off: true}}, &record{})
	}
	devices[0].config.Server = devices[1].endpoint.local
	r := &record{}
	wait := func(c *Call, state State) {
		for {
			next := c.Bell.Next()
			if c.State() == state {
				return
			}
			<-next
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		out, err := devices[0].Call(Dial{URI: "sip:b@127.0.0.1", Timeout: time.Minute, Media: MediaSettings{Off: true}}, r)
		if err != nil {
			b.Fatal(err)
		}
		var in *Call
		for in == nil {
			next := devices[1].Bell.Next()
			if in = devices[1].Claim(func(*Call) bool { return true }); in == nil {
				<-next
			}
		}
		in.Accept()
		wait(out, Connected)
		out.Hangup()
		wait(out, Ended)
	}
}
