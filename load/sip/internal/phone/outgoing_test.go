package phone

import (
	"strings"
	"testing"
	"time"
)

func dial(t *testing.T, d *Device, r *record, timeout time.Duration) *Call {
	t.Helper()
	c, err := d.Call(Dial{URI: d.URI("1000"), Number: "1000", Timeout: timeout, Headers: "X-Test: yes\r\n"}, r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCallFromInviteToBye(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{})
	c := dial(t, d, r, time.Minute)
	invite := p.next("INVITE")
	if invite.URI != "sip:1000@example.org" || invite.Get("x-test") != "yes" || !strings.Contains(invite.Body, "telephone-event") {
		t.Errorf("INVITE %s\n%v\n%s", invite.URI, invite.Headers, invite.Body)
	}
	p.answer(invite, 100, "Trying", "", "")
	p.answer(invite, 180, "Ringing", "", "")
	reached(t, &c.Bell, "ringing", func() bool { return c.State() == Ringing })
	p.answer(invite, 200, "OK", p.contact(), p.sdp(""))
	ack := p.next("ACK")
	if ack.CSeq != invite.CSeq || ack.ToTag() != "theirs" || ack.URI != "sip:them@"+p.address().String() || ack.Branch() == invite.Branch() {
		t.Errorf("ACK %+v", ack)
	}
	if c.Codec() != "PCMA" || !c.Established() {
		t.Errorf("codec %q, state %s", c.Codec(), c.State())
	}
	p.answer(invite, 200, "OK", p.contact(), p.sdp("")) // our ACK was lost
	p.next("ACK")
	c.Hangup()
	bye := p.next("BYE")
	if bye.CSeq != invite.CSeq+1 || bye.ToTag() != "theirs" {
		t.Errorf("BYE %+v", bye)
	}
	p.answer(bye, 200, "OK", "", "")
	reached(t, &c.Bell, "the end", func() bool { return c.State() == Ended })
	if o := c.Outcome(); o.EndedBy != ByLocal || o.Status != 200 {
		t.Errorf("%+v", o)
	}
	for _, line := range []string{"INVITE 200", "BYE 200", "first response", "ringing", "answered", "ended"} {
		if r.count(line) != 1 {
			t.Errorf("%s was told %d times", line, r.count(line))
		}
	}
}

func TestHungUpAtOnceWasConnected(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{})
	c := dial(t, d, r, time.Minute)
	p.answer(p.next("INVITE"), 200, "OK", p.contact(), p.sdp(""))
	ack := p.next("ACK")
	p.say("BYE sip:4000@x SIP/2.0\nVia: SIP/2.0/UDP " + p.address().String() + ";branch=z9hG4bKbye;rport\nFrom: " + ack.To + "\nTo: " + ack.From +
		"\nCall-ID: " + ack.CallID + "\nCSeq: 1 BYE\nContent-Length: 0\n\n")
	p.next("200 BYE")
	if o := c.Outcome(); o == nil || o.EndedBy != ByRemote || !c.Established() {
		t.Errorf("%+v, connected %v", o, c.Established())
	}
}

func TestRecordRouteIsFollowed(t *testing.T) {
	p, proxy := newPeer(t), newPeer(t)
	d, r := device(t, p.address(), Config{})
	c := dial(t, d, r, time.Minute)
	invite := p.next("INVITE")
	p.answer(invite, 200, "OK", p.contact()+"Record-Route: <sip:far.example;lr>\nRecord-Route: <sip:"+proxy.address().String()+";lr>\n", p.sdp(""))
	ack := proxy.next("ACK")
	if routes := ack.List("route"); len(routes) != 2 || !strings.Contains(routes[0], proxy.address().String()) || routes[1] != "<sip:far.example;lr>" {
		t.Errorf("routes %v", routes)
	}
	c.Hangup()
	proxy.answer(proxy.next("BYE"), 200, "OK", "", "")
}

func TestLostMessagesAreSentAgain(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{}, quick)
	c := dial(t, d, r, time.Minute)
	first := p.next("INVITE")
	second := p.next("INVITE")
	if first.Branch() != second.Branch() || first.CSeq != second.CSeq {
		t.Error("the INVITE that came again is another one")
	}
	p.answer(second, 200, "OK", p.contact(), p.sdp(""))
	p.next("ACK")
	c.Hangup()
	p.next("BYE")
	p.answer(p.next("BYE"), 200, "OK", "", "")
	reached(t, &c.Bell, "the end", func() bool { return c.State() == Ended })
	if r.count("again INVITE 0") < 1 || r.count("again BYE 0") < 1 {
		t.Errorf("told: %v", r.lines)
	}
}

func TestNobodyAnswers(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{}, quick)
	c := dial(t, d, r, time.Minute)
	reached(t, &c.Bell, "timer B", func() bool { return c.State() == Ended })
	if o := c.Outcome(); o.EndedBy != ByError || o.Status != 408 || r.count("INVITE 0") != 1 {
		t.Errorf("%+v, told %v", o, r.lines)
	}
}

func TestRefusals(t *testing.T) {
	for _, row := range []struct {
		name   string
		status int
	}{{"not found", 404}, {"busy", 486}, {"server", 503}, {"decline", 603}, {"moved", 302}} {
		t.Run(row.name, func(t *testing.T) {
			p := newPeer(t)
			d, r := device(t, p.address(), Config{})
			c := dial(t, d, r, time.Minute)
			invite := p.next("INVITE")
			p.answer(invite, row.status, "No", "", "")
			ack := p.next("ACK")
			if ack.Branch() != invite.Branch() || ack.ToTag() != "theirs" {
				t.Error("the ACK is not that of the transaction")
			}
			p.answer(invite, row.status, "No", "", "")
			p.next("ACK")
			if o := c.Outcome(); o == nil || o.EndedBy != ByRemote || o.Status != row.status {
				t.Errorf("%+v", o)
			}
		})
	}
}

func TestCancelWaitsForAProvisionalResponse(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{})
	c := dial(t, d, r, time.Minute)
	invite := p.next("INVITE")
	c.Hangup()
	p.none("CANCEL", 100*time.Millisecond)
	p.answer(invite, 100, "Trying", "", "")
	cancel := p.next("CANCEL")
	if cancel.Branch() != invite.Branch() || cancel.CSeq != invite.CSeq || cancel.URI != invite.URI {
		t.Error("the CANCEL is not that of the INVITE")
	}
	p.answer(cancel, 200, "OK", "", "")
	p.answer(invite, 487, "Request Terminated", "", "")
	p.next("ACK")
	reached(t, &c.Bell, "the end", func() bool { return c.State() == Ended })
	if o := c.Outcome(); o.EndedBy != ByLocal || o.Status != 487 {
		t.Errorf("%+v", o)
	}
}

func TestAnswerCrossesCancel(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{})
	c := dial(t, d, r, time.Minute)
	invite := p.next("INVITE")
	p.answer(invite, 180, "Ringing", "", "")
	reached(t, &c.Bell, "ringing", func() bool { return c.State() == Ringing })
	c.Hangup()
	cancel := p.next("CANCEL")
	p.answer(invite, 200, "OK", p.contact(), p.sdp(""))
	p.answer(cancel, 200, "OK", "", "")
	p.next("ACK")
	p.answer(p.next("BYE"), 200, "OK", "", "")
	reached(t, &c.Bell, "the end", func() bool { return c.State() == Ended })
	if _, _, answered, _, _, _ := c.Figures(); answered || r.count("answered") != 0 {
		t.Error("a call that was cancelled counts as answered")
	}
}

func TestNoAnswerTimeout(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{})
	c := dial(t, d, r, 30*time.Millisecond)
	invite := p.next("INVITE")
	p.answer(invite, 180, "Ringing", "", "")
	p.answer(p.next("CANCEL"), 200, "OK", "", "")
	p.answer(invite, 487, "Request Terminated", "", "")
	reached(t, &c.Bell, "the end", func() bool { return c.State() == Ended })
	if o := c.Outcome(); o.EndedBy != ByTimeout || o.Status != 487 {
		t.Errorf("%+v", o)
	}
}

func TestChallenge(t *testing.T) {
	for _, row := range []struct {
		name, header, answer string
		status               int
	}{{"proxy", "Proxy-Authenticate", "proxy-authorization", 407}, {"user agent", "WWW-Authenticate", "authorization", 401}} {
		t.Run(row.name, func(t *testing.T) {
			p := newPeer(t)
			d, r := device(t, p.address(), Config{Credentials: credentials()})
			c := dial(t, d, r, time.Minute)
			first := p.next("INVITE")
			challenge := row.header + ": Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\n"
			p.answer(first, row.status, "Who?", challenge, "")
			second := p.next("INVITE")
			if second.CSeq != first.CSeq+1 || second.CallID != first.CallID || !strings.Contains(second.Get(row.answer), `username="4000"`) {
				t.Errorf("%v", second.Headers)
			}
			p.answer(second, row.status, "Who?", challenge, "")
			reached(t, &c.Bell, "the end", func() bool { return c.State() == Ended })
			if c.Status() != row.status {
				t.Errorf("status %d", c.Status())
			}
			p.none("INVITE", 50*time.Millisecond)
		})
	}
}

func TestRegister(t *testing.T) {
	p := newPeer(t)
	d, r := device(t, p.address(), Config{Credentials: credentials(), Expires: time.Minute, Register: true})
	done := make(chan error, 1)
	go func() { done <- d.Register(r) }()
	first := p.next("REGISTER")
	p.answer(first, 401, "Who?", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"\n", "")
	second := p.next("REGISTER")
	p.answer(second, 200, "OK", "Contact: "+second.Get("contact")+";expires=30\n", "")
	if err := <-done; err != nil || !d.Registered() || r.count("registered") != 1 {
		t.Errorf("%v %v", err, r.lines)
	}
	go func() { done <- d.Register(r) }()
	p.answer(p.next("REGISTER"), 403, "No", "", "")
	if err := <-done; err == nil || d.Registered() {
		t.Error("403 is a registration")
	}
}
