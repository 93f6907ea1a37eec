package phone

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"time"

	"mediaservice.example/load/sip/internal/media"
	"mediaservice.example/load/sip/internal/message"
	"mediaservice.example/load/sip/internal/sdp"
)

// State of a call.
type State int

// The states, in their order.
const (
	Calling State = iota
	Ringing
	Connected
	Ended
)

// String is the state's name in scripts.
func (s State) String() string {
	return [...]string{"calling", "ringing", "connected", "ended"}[s]
}

// Who ended a call.
const (
	ByLocal   = "local"
	ByRemote  = "remote"
	ByTimeout = "timeout"
	ByError   = "error"
)

// Outcome is how a call ended.
type Outcome struct {
	EndedBy  string
	Status   int
	Reason   string
	Duration time.Duration // from the answer to the end
}

// Call is one leg.
type Call struct {
	CallID   string
	Outgoing bool
	Remote   string // the number dialled, or that of the caller
	Bell     media.Bell
	// Arrived is when the INVITE of an incoming call came.
	Arrived time.Time

	device   *Device
	observer Observer
	settings MediaSettings

	mu       sync.Mutex
	state    State
	status   int
	reason   string
	endedBy  string
	acked    bool // the caller of an incoming call has acknowledged our answer
	stopping bool // BYE was sent, or CANCEL is due
	stopBy   string
	crossed  bool // the answer crossed our CANCEL: nobody talked
	started  time.Time
	rang     bool
	answered time.Time
	ended    time.Time
	ladder   []traced

	// The dialog.
	localTag  string
	from, to  string // our side's and the other side's header values
	target    string
	routes    []string
	cseq      uint32
	theirCSeq uint32
	next      netip.AddrPort

	// The INVITE, ours or theirs.
	uri           string
	extra         string // header lines of the script
	authorization string
	tries         int
	inviteCSeq    uint32
	branch        string
	branches      []string
	packet        []byte // what timer A or G sends again
	interval      time.Duration
	since         time.Time
	timer         *time.Timer
	guard         *time.Timer // no-answer or ring time-out
	first         bool
	provisional   bool
	cancelled     bool
	ack           []byte
	invite        *message.Message // theirs
	reply         netip.AddrPort
	lastReply     []byte // to their last INVITE
	lastCSeq      uint32 // of that INVITE
	answerPending bool   // our offer was in the 2xx; their answer comes in the ACK

	// Media.
	stream      *media.Stream
	session     uint64
	version     uint64
	description []byte
	codec       uint8
	agreed      bool
	event       uint8
	held        sdp.Direction // the direction that the other side last described
}

// State of the call.
func (c *Call) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Status is the final status of the INVITE, or 0.
func (c *Call) Status() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// Rang says whether an 18x came, or our device rings.
func (c *Call) Rang() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rang
}

// Established says whether the call was answered, and on incoming calls whether the caller knows. A call that is over by now was
// connected all the same: who hangs up at once must not look like one who never answered.
func (c *Call) Established() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == Ended {
		return !c.answered.IsZero() && !c.crossed && c.endedBy != ByError
	}
	return c.state == Connected && (c.Outgoing || c.acked)
}

// Answered says whether the call was ever answered.
func (c *Call) Answered() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.answered.IsZero()
}

// Outcome is nil while the call is not over.
func (c *Call) Outcome() *Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != Ended {
		return nil
	}
	o := &Outcome{EndedBy: c.endedBy, Status: c.status, Reason: c.reason}
	if !c.answered.IsZero() {
		o.Duration = c.ended.Sub(c.answered)
	}
	return o
}

// Codec is the one agreed on, or "".
func (c *Call) Codec() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.agreed || c.stream == nil {
		return ""
	}
	return media.Law(c.codec).String()
}

// Stream is nil on a call without media.
func (c *Call) Stream() *media.Stream {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stream
}

// RemoteHold says whether the other side put us on hold.
func (c *Call) RemoteHold() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held == sdp.SendOnly || c.held == sdp.Inactive
}

func (c *Call) await(limit <-chan time.Time) {
	for {
		next := c.Bell.Next()
		if c.State() == Ended {
			return
		}
		select {
		case <-next:
		case <-limit:
			return
		}
	}
}

// end closes the call. The caller holds the lock.
func (c *Call) end(by string, status int, reason string) {
	if c.state == Ended {
		return
	}
	c.state, c.endedBy, c.reason, c.ended = Ended, by, reason, time.Now()
	if c.status == 0 {
		c.status = status
	}
	c.stopTimers()
	if c.stream != nil {
		c.stream.Close()
	}
	if c.Outgoing && !c.answered.IsZero() {
		inProgress.Add(-1)
	}
	c.observer.Ended(c)
	// What may still be asked for again are responses and ACKs; the rest need not be kept until then.
	c.description, c.authorization, c.extra = nil, "", ""
	if c.Outgoing {
		c.packet = nil
	}
	c.device.endpoint.retire(c)
	go c.device.disown(c)
	c.Bell.Ring()
}

// Figures of an ended call, for the observer, which is called under the lock.
func (c *Call) Figures() (by string, status int, answered bool, talk time.Duration, stream *media.Stream, codec string) {
	answered = !c.answered.IsZero() && !c.crossed
	if answered {
		talk = c.ended.Sub(c.answered)
	}
	return c.endedBy, c.status, answered, talk, c.stream, media.Law(c.codec).String()
}

func (c *Call) stopTimers() {
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	if c.guard != nil {
		c.guard.Stop()
		c.guard = nil
	}
}

func (c *Call) send(packet []byte, to netip.AddrPort, summary string) {
	c.sent(packet, summary)
	c.device.endpoint.send(packet, to)
}

// openMedia binds the RTP port and describes our side. The caller holds the lock.
func (c *Call) openMedia(codecs []uint8, event uint8, direction sdp.Direction) error {
	address := netip.AddrPortFrom(c.device.endpoint.local.Addr(), discard())
	if !c.settings.Off {
		if c.stream == nil {
			stream, err := media.Open(c.device.endpoint.local.Addr(), media.Settings{
				Source: c.settings.Source, HeardLevel: c.settings.HeardLevel, Record: c.settings.Record, Bell: &c.Bell,
			})
			if err != nil {
				return err
			}
			c.stream = stream
		}
		address = c.stream.Local()
	}
	if c.session == 0 {
		c.session = uint64(rand.Uint32())
	}
	c.version++
	c.description = sdp.Description{
		Address: address, Session: c.session, Version: c.version, Codecs: codecs, Event: event, Direction: direction,
	}.Append(make([]byte, 0, 300))
	return nil
}

// hear takes the other side's description and starts RTP. The caller holds the lock.
func (c *Call) hear(text string, offered bool) error {
	audio, err := sdp.Parse(text)
	if err != nil {
		return err
	}
	codec, err := sdp.Answer(audio, c.device.codecs(c.settings))
	if err != nil {
		return err
	}
	c.codec, c.agreed, c.event, c.held = codec, true, audio.Event, audio.Direction
	if c.stream != nil && (!offered || c.state == Connected) {
		c.begin(audio)
	}
	return nil
}

func (c *Call) begin(audio sdp.Audio) {
	mute := audio.Direction == sdp.SendOnly || audio.Direction == sdp.Inactive || audio.Address.Addr().IsUnspecified()
	c.stream.Start(audio.Address, media.Law(c.codec), audio.Event, mute)
}

// Press sends keys; false when the call is not connected or the other side takes none.
func (c *Call) Press(digits string, milliseconds int) bool {
	c.mu.Lock()
	stream, state := c.stream, c.state
	c.mu.Unlock()
	return stream != nil && state == Connected && stream.Press(digits, milliseconds)
}

// Hangup ends the call in any state: CANCEL, 603 or BYE. It does not wait.
func (c *Call) Hangup() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stop(ByLocal)
}

func (c *Call) stop(by string) {
	switch {
	case c.state == Ended || c.stopping:
	case c.state == Connected:
		c.stopping = true
		c.bye(by)
	case c.Outgoing:
		c.stopping, c.stopBy = true, by
		if c.provisional {
			c.cancel()
		}
	case by == ByTimeout:
		c.refuse(480, "Temporarily Unavailable", by)
	default:
		c.refuse(603, "Decline", by)
	}
}

// bye sends BYE; the call is over when it is answered, or when nothing comes.
func (c *Call) bye(by string) {
	c.stopTimers()
	packet, branch := c.inDialog("BYE", "", nil)
	c.sent(packet, "BYE")
	c.device.endpoint.request("BYE", branch, packet, c.next, c.observer, func(m *message.Message) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if m == nil {
			c.end(ByError, 0, "BYE was not answered")
			return
		}
		c.note("<-", "SIP/2.0 "+itoa(m.Status)+" "+strings.Clone(m.Reason)+" (BYE)")
		c.end(by, 0, "BYE")
	})
}

// inDialog makes a request within the dialog (section 12.2.1.1).
func (c *Call) inDialog(method, more string, body []byte) (packet []byte, branch string) {
	if method != "ACK" {
		c.cseq++
	}
	branch = newBranch()
	h := head{
		method: method, uri: c.target, host: c.device.endpoint.host, branch: branch, from: c.from, to: c.to, callID: c.CallID, cseq: c.cseq, routes: c.routes,
	}
	if method == "ACK" {
		h.cseq = c.inviteCSeq
	}
	out := h.append(make([]byte, 0, 600))
	out = append(out, agent+more...)
	return finish(out, body), branch
}

// hop is where requests of the dialog go: the first route, else the target (section 12.2.1.1); with an outbound proxy always there.
func (c *Call) hop(otherwise netip.AddrPort) netip.AddrPort {
	if c.device.config.Fixed {
		return c.device.config.Server
	}
	uri := c.target
	if len(c.routes) > 0 {
		uri = message.URIOf(c.routes[0])
	}
	host, port := message.HostPort(uri)
	if port == 0 {
		port = 5060
	}
	if address, err := netip.ParseAddr(host); err == nil {
		return netip.AddrPortFrom(address.Unmap(), uint16(port))
	}
	return otherwise
}
