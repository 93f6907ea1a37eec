package phone

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"mediaservice.example/load/sip/internal/digest"
	"mediaservice.example/load/sip/internal/media"
	"mediaservice.example/load/sip/internal/message"
)

// peer is the other side: a socket that the test reads and writes by hand.
type peer struct {
	t    *testing.T
	conn *net.UDPConn
	to   netip.AddrPort
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &peer{t: t, conn: conn}
}

func (p *peer) address() netip.AddrPort {
	return p.conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// next waits for the next message of a method (of a request, or of the CSeq of a response); others are passed over.
func (p *peer) next(what string) *message.Message {
	p.t.Helper()
	buffer := make([]byte, 65536)
	_ = p.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			p.t.Fatalf("waiting for %s: %v", what, err)
		}
		m, err := message.Parse(string(buffer[:n]))
		if err != nil {
			p.t.Fatalf("what came is no message: %v\n%s", err, buffer[:n])
		}
		p.to = from
		if m.Method == what || m.Status != 0 && itoa(m.Status)+" "+m.CSeqMethod == what {
			return m
		}
	}
}

// none makes sure that nothing of a kind comes for a while.
func (p *peer) none(what string, wait time.Duration) {
	p.t.Helper()
	buffer := make([]byte, 65536)
	_ = p.conn.SetReadDeadline(time.Now().Add(wait))
	for {
		n, _, err := p.conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		if m, err := message.Parse(string(buffer[:n])); err == nil && m.Method == what {
			p.t.Fatalf("%s came", what)
		}
	}
}

func (p *peer) say(text string) {
	p.t.Helper()
	if _, err := p.conn.WriteToUDPAddrPort([]byte(strings.ReplaceAll(text, "\n", "\r\n")), p.to); err != nil {
		p.t.Fatal(err)
	}
}

// answer responds to a request; more are header lines.
func (p *peer) answer(m *message.Message, status int, reason, more, body string) {
	p.t.Helper()
	var out strings.Builder
	out.WriteString("SIP/2.0 " + itoa(status) + " " + reason + "\n")
	for _, h := range m.Headers {
		if h.Name == "via" {
			out.WriteString("Via: " + h.Value + "\n")
		}
	}
	to := m.To
	if m.ToTag() == "" && status > 100 {
		to += ";tag=theirs"
	}
	out.WriteString("From: " + m.From + "\nTo: " + to + "\nCall-ID: " + m.CallID + "\nCSeq: " + itoa(int(m.CSeq)) + " " + m.CSeqMethod + "\n" + more)
	if body != "" {
		out.WriteString("Content-Type: application/sdp\n")
	}
	out.WriteString("Content-Length: " + itoa(len(strings.ReplaceAll(body, "\n", "\r\n"))) + "\n\n" + body)
	p.say(out.String())
}

func (p *peer) contact() string { return "Contact: <sip:them@" + p.address().String() + ">\n" }

func (p *peer) sdp(more string) string {
	return "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 8 0 96\na=rtpmap:96 telephone-event/8000\n" + more
}

// invite calls a device.
func (p *peer) invite(to netip.AddrPort, user, branch, more, body string) {
	p.t.Helper()
	p.to = to
	p.say(p.request("INVITE", "sip:"+user+"@"+to.String(), branch, "<sip:"+user+"@x>", 1, "Contact: <sip:them@"+p.address().String()+">\n"+more, body))
}

func (p *peer) request(method, uri, branch, to string, cseq int, more, body string) string {
	text := method + " " + uri + " SIP/2.0\nVia: SIP/2.0/UDP " + p.address().String() + ";branch=" + branch + ";rport\nMax-Forwards: 70\nFrom: <sip:4711@x>;tag=ours\nTo: " +
		to + "\nCall-ID: incoming\nCSeq: " + itoa(cseq) + " " + method + "\n" + more
	if body != "" {
		text += "Content-Type: application/sdp\n"
	}
	return text + "Content-Length: " + itoa(len(strings.ReplaceAll(body, "\n", "\r\n"))) + "\n\n" + body
}

// record is an observer that remembers.
type record struct {
	mu    sync.Mutex
	lines []string
}

func (r *record) add(line string) {
	r.mu.Lock()
	r.lines = append(r.lines, line)
	r.mu.Unlock()
}
func (r *record) count(line string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.lines {
		if one == line {
			n++
		}
	}
	return n
}
func (r *record) Request(method string, status int, _ time.Duration) {
	r.add(method + " " + itoa(status))
}
func (r *record) FirstResponse(time.Duration) { r.add("first response") }
func (r *record) Ringing(time.Duration)       { r.add("ringing") }
func (r *record) Answered(time.Duration)      { r.add("answered") }
func (r *record) Retransmitted(method string, status int) {
	r.add("again " + method + " " + itoa(status))
}
func (r *record) Registered() { r.add("registered") }
func (r *record) Ended(*Call) { r.add("ended") }

// quick are timers for which a test need not wait.
var quick = Timers{T1: 20 * time.Millisecond, T2: 80 * time.Millisecond}

func device(t *testing.T, server netip.AddrPort, config Config, timers ...Timers) (*Device, *record) {
	t.Helper()
	e, err := Open(netip.MustParseAddr("127.0.0.1"), append(timers, Standard)[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	config.Domain, config.Server, config.User, config.AOR = "example.org", server, "4000", "sip:4000@example.org"
	if config.RingTimeout == 0 {
		config.RingTimeout = time.Minute
	}
	r := &record{}
	return Start(e, config, r), r
}

func credentials() digest.Credentials { return digest.Credentials{User: "4000", Password: "secret"} }

func reached(t *testing.T, bell *media.Bell, what string, holds func() bool) {
	t.Helper()
	limit := time.After(5 * time.Second)
	for {
		next := bell.Next()
		if holds() {
			return
		}
		select {
		case <-next:
		case <-time.After(20 * time.Millisecond): // counters of an observer ring no bell
		case <-limit:
			t.Fatalf("not reached: %s", what)
		}
	}
}
