package phone

import (
	"net/netip"
	"strings"
	"time"

	"mediaservice.example/load/sip/internal/message"
	"mediaservice.example/load/sip/internal/sdp"
)

// Dial describes an outgoing call.
type Dial struct {
	URI     string
	Number  string
	Timeout time.Duration // no-answer
	Headers string        // whole header lines
	Media   MediaSettings
}

// Call sends INVITE and returns.
func (d *Device) Call(dial Dial, observer Observer) (*Call, error) {
	c := &Call{
		CallID: token() + token(), Outgoing: true, Remote: dial.Number, device: d, observer: observer, settings: dial.Media, localTag: token(), uri: dial.URI,
		extra: dial.Headers, started: time.Now(), held: sdp.SendRecv, target: dial.URI, next: d.config.Server,
	}
	c.from, c.to = d.identity()+";tag="+c.localTag, "<"+dial.URI+">"
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.openMedia(d.codecs(c.settings), sdp.TelephoneEvent, sdp.SendRecv); err != nil {
		return nil, err
	}
	e := d.endpoint
	e.mu.Lock()
	e.legs[legKey{c.CallID, c.localTag}] = c
	e.mu.Unlock()
	d.mu.Lock()
	d.lastInvite = c.started
	d.calls[c] = struct{}{}
	d.mu.Unlock()
	c.guard = time.AfterFunc(dial.Timeout, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.state < Connected {
			c.stop(ByTimeout)
		}
	})
	c.sendInvite()
	return c, nil
}

// sendInvite begins a client transaction (section 17.1.1). The caller holds the lock.
func (c *Call) sendInvite() {
	c.cseq++
	c.inviteCSeq, c.branch = c.cseq, newBranch()
	c.branches = append(c.branches, c.branch)
	h := head{
		method: "INVITE", uri: c.uri, host: c.device.endpoint.host, branch: c.branch, from: c.from, to: c.to, callID: c.CallID, cseq: c.cseq,
	}
	out := h.append(make([]byte, 0, 1024))
	out = appendHeader(out, "Contact", c.device.endpoint.contact(c.device.config.User))
	out = append(out, allow+agent+c.authorization+c.extra...)
	c.packet = finish(out, c.description)
	c.device.endpoint.expect(txnKey{c.branch, "INVITE"}, c)
	c.since, c.interval, c.provisional = time.Now(), c.device.endpoint.timers.T1, false
	c.timer = time.AfterFunc(c.interval, c.inviteAgain)
	summary := "INVITE " + c.uri + " SIP/2.0"
	if c.authorization != "" {
		summary = "INVITE (with credentials)"
	}
	c.send(c.packet, c.next, summary)
}

// inviteAgain is timer A, and B when it is time.
func (c *Call) inviteAgain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.provisional || c.state >= Connected || c.timer == nil {
		return
	}
	if time.Since(c.since) >= c.device.endpoint.timers.life() {
		c.observer.Request("INVITE", 0, time.Since(c.since))
		by := ByError
		if c.stopping {
			by = c.stopBy
		}
		c.end(by, 408, "no response to INVITE")
		return
	}
	c.interval *= 2
	c.timer.Reset(min(c.interval, max(time.Until(c.since.Add(c.device.endpoint.timers.life())), time.Millisecond)))
	c.observer.Retransmitted("INVITE", 0)
	c.send(c.packet, c.next, "INVITE (again)")
}

// cancel sends CANCEL with the branch of the INVITE (section 9.1). The caller holds the lock; a provisional response has come.
func (c *Call) cancel() {
	if c.cancelled {
		return
	}
	c.cancelled = true
	h := head{
		method: "CANCEL", uri: c.uri, host: c.device.endpoint.host, branch: c.branch, from: c.from, to: c.to, callID: c.CallID, cseq: c.inviteCSeq,
	}
	packet := finish(append(h.append(make([]byte, 0, 500)), agent...), nil)
	c.sent(packet, "CANCEL")
	c.device.endpoint.request("CANCEL", c.branch, packet, c.next, c.observer, nil)
	// Section 9.1: when no final response to the INVITE comes in this time, it is over.
	if c.guard != nil {
		c.guard.Stop()
	}
	c.guard = time.AfterFunc(c.device.endpoint.timers.life(), func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.state < Connected {
			c.end(c.stopBy, 487, "CANCEL without a final response")
		}
	})
}

// response takes what comes for our INVITE.
func (c *Call) response(m *message.Message, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.CSeq != c.inviteCSeq {
		if m.Status >= 300 {
			c.acknowledge(m) // of an INVITE that was sent again with credentials
		}
		return
	}
	c.note("<-", "SIP/2.0 "+itoa(m.Status)+" "+strings.Clone(m.Reason))
	if !c.first {
		c.first = true
		c.observer.FirstResponse(at.Sub(c.since))
	}
	switch {
	case m.Status < 200:
		c.proceeding(m, at)
	case m.Status < 300:
		c.accepted(m, at)
	default:
		c.refused(m, at)
	}
}

func (c *Call) proceeding(m *message.Message, at time.Time) {
	if c.state >= Connected || c.status != 0 {
		return
	}
	if !c.provisional {
		c.provisional = true
		c.timer.Stop()
	}
	if c.stopping {
		c.cancel()
		return
	}
	if m.Status/10 == 18 && !c.rang {
		c.rang = true
		c.state = Ringing
		c.observer.Ringing(at.Sub(c.started))
		c.Bell.Ring()
	}
	if m.Body != "" && c.stream != nil {
		_ = c.hear(m.Body, false) // early media; what cannot be read is judged on the answer
	}
}

func (c *Call) accepted(m *message.Message, at time.Time) {
	if c.state == Ended && c.ack == nil {
		return // 2xx after we gave up: the other side ends it when no ACK comes
	}
	if c.ack != nil {
		c.send(c.ack, c.next, "ACK (again)")
		return
	}
	c.provisional = true
	c.stopTimers()
	c.status, c.to = m.Status, m.To
	if contact := m.Get("contact"); contact != "" {
		c.target = message.URIOf(contact)
	}
	routes := m.List("record-route")
	for i := len(routes) - 1; i >= 0; i-- {
		c.routes = append(c.routes, routes[i])
	}
	c.next = c.hop(c.next)
	c.answered, c.state = at, Connected
	inProgress.Add(1)
	c.ack, _ = c.inDialog("ACK", "", nil)
	c.send(c.ack, c.next, "ACK")
	c.observer.Request("INVITE", m.Status, at.Sub(c.since))
	if c.stopping {
		c.crossed = true
		c.bye(c.stopBy)
		return
	}
	c.observer.Answered(at.Sub(c.started))
	if err := c.hear(m.Body, false); err != nil {
		c.note("--", err.Error())
		c.stopping = true
		c.bye(ByError)
	}
	c.Bell.Ring()
}

func (c *Call) refused(m *message.Message, at time.Time) {
	c.acknowledge(m)
	if c.status != 0 || c.state >= Connected {
		return
	}
	c.timer.Stop()
	c.provisional = true
	c.observer.Request("INVITE", m.Status, at.Sub(c.since))
	if (m.Status == 401 || m.Status == 407) && !c.stopping && (c.tries == 0 || stale(m) && c.tries < 3) {
		c.tries++
		if line, ok := c.device.authorize(m, "INVITE", c.uri); ok {
			c.authorization = line
			c.sendInvite()
			return
		}
	}
	by := ByRemote
	if c.stopping {
		by = c.stopBy
	}
	c.end(by, m.Status, strings.Clone(m.Reason))
}

// acknowledge sends the ACK of a final response other than 2xx: hop by hop, with the branch of the INVITE (section 17.1.1.3).
func (c *Call) acknowledge(m *message.Message) {
	h := head{
		method: "ACK", uri: c.uri, host: c.device.endpoint.host, branch: m.Branch(), from: c.from, to: m.To, callID: c.CallID, cseq: m.CSeq,
	}
	packet := finish(h.append(make([]byte, 0, 500)), nil)
	c.send(packet, c.server(), "ACK")
}

// server is where the INVITE went.
func (c *Call) server() netip.AddrPort { return c.device.config.Server }
