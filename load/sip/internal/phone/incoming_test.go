package phone

import (
	"strings"
	"testing"
	"time"

	"mediaservice.example/load/sip/internal/message"
)

// ringing calls a device and gives the call and the 180.
func ringing(t *testing.T, p *peer, d *Device, body string) (*Call, *message.Message) {
	t.Helper()
	p.invite(d.endpoint.local, "4000", "z9hG4bKone", "", body)
	rings := p.next("180 INVITE")
	var c *Call
	reached(t, &d.Bell, "a call", func() bool { c = d.Claim(func(*Call) bool { return true }); return c != nil })
	return c, rings
}

func (p *peer) within(method, branch string, of *message.Message, cseq int, body string) {
	p.say(p.request(method, message.URIOf(of.Get("contact")), branch, of.To, cseq, p.contact(), body))
}

func TestIncomingCall(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{})
	c, _ := ringing(t, p, d, p.sdp(""))
	c.Claimed(MediaSettings{HeardLevel: -45}, r)
	if c.Remote != "4711" {
		t.Errorf("the caller is %q", c.Remote)
	}
	p.invite(d.endpoint.local, "4000", "z9hG4bKone", "", p.sdp("")) // lost 180
	p.next("180 INVITE")
	if !c.Accept() || c.Accept() {
		t.Error("a call can be accepted once")
	}
	answer := p.next("200 INVITE")
	if !strings.Contains(answer.Body, " RTP/AVP 8 96\r\n") {
		t.Errorf("the answer is not of the offer:\n%s", answer.Body)
	}
	if c.Established() {
		t.Error("connected before the ACK")
	}
	p.within("ACK", "z9hG4bKack", answer, 1, "")
	reached(t, &c.Bell, "the ACK", c.Established)
	p.within("BYE", "z9hG4bKbye", answer, 2, "")
	p.next("200 BYE")
	if o := c.Outcome(); o == nil || o.EndedBy != ByRemote || o.Status != 200 {
		t.Errorf("%+v", o)
	}
	p.within("BYE", "z9hG4bKbye", answer, 2, "")
	p.next("200 BYE")
}

func TestReinviteHoldsAndIsAnswered(t *testing.T) {
	p := newPeer(t)
	d, _ := device(t, p.address(), Config{})
	c, _ := ringing(t, p, d, p.sdp(""))
	c.Accept()
	answer := p.next("200 INVITE")
	p.within("ACK", "z9hG4bKack", answer, 1, "")
	p.within("INVITE", "z9hG4bKtwo", answer, 2, p.sdp("a=sendonly\n"))
	second := p.next("200 INVITE")
	if !strings.Contains(second.Body, "a=recvonly") || !c.RemoteHold() {
		t.Errorf("hold is not taken:\n%s", second.Body)
	}
	p.within("ACK", "z9hG4bKack2", answer, 2, "")
	p.within("INVITE", "z9hG4bKthree", answer, 3, "")
	offer := p.next("200 INVITE")
	if !strings.Contains(offer.Body, "m=audio") {
		t.Error("no offer in the answer to an INVITE without one")
	}
	p.within("ACK", "z9hG4bKack3", answer, 3, p.sdp(""))
	reached(t, &c.Bell, "the end of the hold", func() bool { return !c.RemoteHold() })
	p.within("INVITE", "z9hG4bKfour", answer, 4, "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 18\n")
	p.next("488 INVITE")
	if c.State() != Connected {
		t.Error("an offer that is refused ends the call")
	}
}

func TestAnswerWithoutAckIsSentAgainAndEnds(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{}, quick)
	c, _ := ringing(t, p, d, p.sdp(""))
	c.Claimed(MediaSettings{}, r)
	c.Accept()
	p.next("200 INVITE")
	p.next("200 INVITE")
	p.answer(p.next("BYE"), 200, "OK", "", "")
	reached(t, &c.Bell, "the end", func() bool { return c.State() == Ended })
	if o := c.Outcome(); o.EndedBy != ByError || r.count("again INVITE 200") < 2 {
		t.Errorf("%+v, told %v", o, r.lines)
	}
}

func TestIncomingIsCancelled(t *testing.T) {
	p := newPeer(t)
	d, _ := device(t, p.address(), Config{})
	c, _ := ringing(t, p, d, p.sdp(""))
	p.say(p.request("CANCEL", "sip:4000@"+d.endpoint.local.String(), "z9hG4bKone", "<sip:4000@x>", 1, "", ""))
	p.next("200 CANCEL")
	p.next("487 INVITE")
	if o := c.Outcome(); o == nil || o.EndedBy != ByRemote || o.Status != 487 || c.Accept() {
		t.Errorf("%+v", o)
	}
}

func TestRejectIsSentAgainUntilAcknowledged(t *testing.T) {
	p := newPeer(t)
	d, _ := device(t, p.address(), Config{}, quick)
	c, _ := ringing(t, p, d, p.sdp(""))
	if !c.Reject(486, "Busy Here") || c.Reject(486, "Busy Here") {
		t.Error("a call can be rejected once")
	}
	p.next("486 INVITE")
	busy := p.next("486 INVITE")
	p.say(p.request("ACK", "sip:4000@"+d.endpoint.local.String(), "z9hG4bKone", busy.To, 1, "", ""))
	reached(t, &c.Bell, "the ACK", func() bool { c.mu.Lock(); defer c.mu.Unlock(); return c.acked })
}

func TestNobodyClaims(t *testing.T) {
	p := newPeer(t)
	d, _ := device(t, p.address(), Config{RingTimeout: 30 * time.Millisecond})
	p.invite(d.endpoint.local, "4000", "z9hG4bKone", "", p.sdp(""))
	p.next("480 INVITE")
}

func TestStrayRequests(t *testing.T) {
	p := newPeer(t)
	d, _ := device(t, p.address(), Config{})
	p.to = d.endpoint.local
	for _, row := range []struct{ method, to, more, wants string }{
		{"OPTIONS", "<sip:4000@x>", "", "200 OPTIONS"},
		{"BYE", "<sip:4000@x>;tag=unknown", "", "481 BYE"},
		{"CANCEL", "<sip:4000@x>", "", "481 CANCEL"},
		{"INVITE", "<sip:9@x>", "", "404 INVITE"},
		{"INVITE", "<sip:4000@x>", "Require: 100rel\n", "420 INVITE"},
		{"SUBSCRIBE", "<sip:4000@x>", "", "405 SUBSCRIBE"},
	} {
		p.say(p.request(row.method, message.URIOf(row.to), "z9hG4bK"+row.method+row.wants[:3], row.to, 1, row.more, ""))
		p.next(row.wants)
	}
	p.invite(d.endpoint.local, "4000", "z9hG4bKnocodec", "", "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 18\n")
	p.next("488 INVITE")
}
