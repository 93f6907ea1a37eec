package phone

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"mediaservice.example/load/sip/internal/message"
	"mediaservice.example/load/sip/internal/sdp"
)

// invited takes a new incoming call: it rings.
func (d *Device) invited(m *message.Message, reply netip.AddrPort, now time.Time) {
	remote := message.URIOf(m.From)
	if asserted := m.List("p-asserted-identity"); len(asserted) > 0 {
		remote = message.URIOf(asserted[0])
	}
	c := &Call{
		CallID: strings.Clone(m.CallID), Remote: strings.Clone(message.User(remote)), Arrived: now, device: d, observer: d.observer, settings: d.config.Media,
		localTag: token(), invite: m, reply: reply, started: now, theirCSeq: m.CSeq, held: sdp.SendRecv, state: Ringing, rang: true,
		branches: []string{m.Branch()}, routes: m.List("record-route"), target: message.URIOf(m.Get("contact")), lastCSeq: m.CSeq,
	}
	c.from, c.to = m.To+";tag="+c.localTag, m.From
	c.mu.Lock()
	defer c.mu.Unlock()
	c.note("<-", "INVITE "+m.URI+" SIP/2.0")
	c.next = c.hop(reply)
	e := d.endpoint
	e.mu.Lock()
	if e.arrived[c.branches[0]] != nil {
		e.mu.Unlock()
		return // the same INVITE twice at once
	}
	e.legs[legKey{c.CallID, c.localTag}] = c
	e.arrived[c.branches[0]] = c
	e.mu.Unlock()
	if m.Body != "" {
		if err := c.hear(m.Body, true); err != nil {
			c.state = Ringing
			c.refuse(488, "Not Acceptable Here", ByError)
			return
		}
	}
	c.lastReply = response(m, 180, "Ringing", c.localTag, appendContact(e, d)+allow, nil)
	c.send(c.lastReply, reply, "SIP/2.0 180 Ringing")
	c.guard = time.AfterFunc(d.config.RingTimeout, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.state < Connected {
			c.stop(ByTimeout)
		}
	})
	d.mu.Lock()
	d.calls[c] = struct{}{}
	d.inbox = append(d.inbox, c)
	d.mu.Unlock()
	d.Bell.Ring()
}

func appendContact(e *Endpoint, d *Device) string {
	return "Contact: " + e.contact(d.config.User) + "\r\n"
}

// Claimed gives a call that was taken out of the inbox to the script: its media settings and its observer.
func (c *Call) Claimed(settings MediaSettings, observer Observer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settings, c.observer = settings, observer
}

// Accept answers 200 and starts RTP.
func (c *Call) Accept() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Outgoing || c.state != Ringing {
		return false
	}
	codecs, event := []uint8{c.codec}, c.event
	if !c.agreed { // INVITE without SDP: the offer is ours, the answer comes in the ACK
		codecs, event = c.device.codecs(c.settings), sdp.TelephoneEvent
		c.answerPending = true
	}
	if err := c.openMedia(codecs, event, c.held.Reverse()); err != nil {
		c.note("--", err.Error())
		c.refuse(500, "Server Internal Error", ByError)
		return false
	}
	c.state, c.status, c.answered = Connected, 200, time.Now()
	c.guard.Stop()
	if c.agreed && c.stream != nil {
		if audio, err := sdp.Parse(c.invite.Body); err == nil {
			c.begin(audio)
		}
	}
	c.final(response(c.invite, 200, "OK", c.localTag, appendContact(c.device.endpoint, c.device)+allow+agent, c.description), "SIP/2.0 200 OK")
	c.Bell.Ring()
	return true
}

// Reject answers with a final response other than 2xx.
func (c *Call) Reject(status int, reason string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Outgoing || c.state >= Connected {
		return false
	}
	c.refuse(status, reason, ByLocal)
	return true
}

func (c *Call) refuse(status int, reason, by string) {
	c.end(by, status, reason)
	c.final(response(c.invite, status, reason, c.localTag, agent, nil), "SIP/2.0 "+itoa(status)+" "+reason)
}

// final sends a final response and again until it is acknowledged: timer G and H, and for 2xx section 13.3.1.4.
func (c *Call) final(packet []byte, summary string) {
	c.packet, c.lastReply = packet, packet
	c.interval, c.since = c.device.endpoint.timers.T1, time.Now()
	c.timer = time.AfterFunc(c.interval, c.finalAgain)
	c.send(packet, c.reply, summary)
}

func (c *Call) finalAgain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.acked || c.timer == nil {
		return
	}
	if time.Since(c.since) >= c.device.endpoint.timers.life() {
		c.timer = nil
		if c.state == Connected && !c.stopping {
			c.stopping = true
			c.note("--", "no ACK came")
			c.bye(ByError)
		}
		return
	}
	c.interval = min(2*c.interval, c.device.endpoint.timers.T2)
	c.timer.Reset(min(c.interval, max(time.Until(c.since.Add(c.device.endpoint.timers.life())), time.Millisecond)))
	c.observer.Retransmitted("INVITE", c.status)
	c.send(c.packet, c.reply, "SIP/2.0 "+itoa(c.status)+" (again)")
}

// requested takes a request for this call: its INVITE again, what belongs to that, or one within the dialog.
func (c *Call) requested(m *message.Message, reply netip.AddrPort, _ time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.Method != "ACK" || c.device.config.FullTrace {
		c.note("<-", m.Method+" "+m.URI+" SIP/2.0")
	} else {
		c.note("<-", "ACK")
	}
	switch m.Method {
	case "INVITE":
		c.offered(m, reply)
	case "ACK":
		c.acknowledged(m)
	case "CANCEL":
		c.respond(m, reply, 200, "OK", "", nil)
		if c.state < Connected && !c.Outgoing {
			c.end(ByRemote, 487, "Request Terminated")
			c.final(response(c.invite, 487, "Request Terminated", c.localTag, agent, nil), "SIP/2.0 487 Request Terminated")
		}
	case "BYE":
		c.respond(m, reply, 200, "OK", "", nil)
		c.end(ByRemote, 0, "BYE")
	case "UPDATE":
		c.described(m, reply)
	case "OPTIONS", "INFO":
		c.respond(m, reply, 200, "OK", allow, nil)
	default:
		c.respond(m, reply, 405, "Method Not Allowed", allow, nil)
	}
}

func (c *Call) respond(m *message.Message, reply netip.AddrPort, status int, reason, more string, body []byte) {
	packet := response(m, status, reason, c.localTag, more, body)
	c.send(packet, reply, "SIP/2.0 "+itoa(status)+" "+reason)
	if m.Method == "INVITE" || m.Method == "UPDATE" {
		c.lastReply, c.lastCSeq = packet, m.CSeq
	}
}

// offered takes an INVITE that is known, or a new one within the dialog (section 14.2).
func (c *Call) offered(m *message.Message, reply netip.AddrPort) {
	switch {
	case m.CSeq == c.lastCSeq && c.lastReply != nil:
		c.send(c.lastReply, reply, "(the response again)")
	case m.CSeq < c.theirCSeq || c.state != Connected:
		c.respond(m, reply, 500, "Server Internal Error", "Retry-After: 1\r\n", nil)
	default:
		c.described(m, reply)
	}
}

// described answers the offer of a re-INVITE or UPDATE; without one a re-INVITE gets ours.
func (c *Call) described(m *message.Message, reply netip.AddrPort) {
	if c.state == Ended {
		c.respond(m, reply, 481, "Call/Transaction Does Not Exist", "", nil)
		return
	}
	c.theirCSeq = m.CSeq
	more := appendContact(c.device.endpoint, c.device) + allow
	if contact := m.Get("contact"); contact != "" {
		c.target = message.URIOf(contact)
		c.next = c.hop(c.next)
	}
	var body []byte
	switch {
	case m.Body != "":
		if err := c.hear(m.Body, c.state != Connected); err != nil {
			c.respond(m, reply, 488, "Not Acceptable Here", "", nil)
			return
		}
		if err := c.openMedia([]uint8{c.codec}, c.event, c.held.Reverse()); err != nil {
			c.respond(m, reply, 500, "Server Internal Error", "", nil)
			return
		}
		c.note("<-", "re-INVITE: remote "+string(c.held))
		body = c.description
	case m.Method == "INVITE":
		if err := c.openMedia(c.device.codecs(c.settings), sdp.TelephoneEvent, sdp.SendRecv); err != nil {
			c.respond(m, reply, 500, "Server Internal Error", "", nil)
			return
		}
		c.answerPending = true
		body = c.description
	}
	c.respond(m, reply, 200, "OK", more, body)
	if m.Method == "INVITE" {
		c.invite, c.reply, c.acked = m, reply, false
		c.packet, c.interval, c.since = c.lastReply, c.device.endpoint.timers.T1, time.Now()
		if c.timer != nil {
			c.timer.Stop()
		}
		c.timer = time.AfterFunc(c.interval, c.finalAgain)
	}
	c.Bell.Ring()
}

func (c *Call) acknowledged(m *message.Message) {
	if c.invite == nil || m.CSeq != c.invite.CSeq {
		return
	}
	if c.timer != nil {
		c.timer.Stop()
	}
	c.acked = true
	if c.answerPending && m.Body != "" {
		c.answerPending = false
		if err := c.hear(m.Body, false); err != nil {
			c.note("--", err.Error())
		}
	}
	c.Bell.Ring()
}

var (
	sinkOnce sync.Once
	sinkPort uint16
)

// discard is a port that takes the RTP of calls without media and reads none of it.
func discard() uint16 {
	sinkOnce.Do(func() { sinkPort = openSink() })
	return sinkPort
}
