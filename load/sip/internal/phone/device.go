package phone

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"mediaservice.example/load/sip/internal/digest"
	"mediaservice.example/load/sip/internal/media"
	"mediaservice.example/load/sip/internal/message"
	"mediaservice.example/load/sip/internal/sdp"
)

// MediaSettings of the calls of a device.
type MediaSettings struct {
	Off        bool
	Codecs     []uint8
	Source     *media.Source
	HeardLevel float64
	Record     bool
}

// Config of a device.
type Config struct {
	// Domain is the registrar's host, Server where requests go to.
	Domain string
	Server netip.AddrPort
	// Fixed: requests within a dialog go to Server too, as to an outbound proxy.
	Fixed       bool
	User        string // the user part of the address of record
	AOR         string // sip:user@domain
	DisplayName string
	Credentials digest.Credentials
	Expires     time.Duration
	Register    bool
	Numbers     []string // other numbers under which it can be called
	RingTimeout time.Duration
	FullTrace   bool
	Media       MediaSettings
	// Allow is asked before each REGISTER and waits for its turn; nil: no limit.
	Allow func()
}

// Device is one subscriber.
type Device struct {
	endpoint *Endpoint
	config   Config
	observer Observer

	Bell media.Bell

	mu         sync.Mutex
	numbers    []string
	inbox      []*Call
	calls      map[*Call]struct{}
	registered bool
	refresh    *time.Timer
	gone       bool
	lastInvite time.Time

	registering sync.Mutex
	callID      string
	cseq        uint32
}

// Start makes a device reachable on an endpoint. Nothing is sent.
func Start(e *Endpoint, config Config, observer Observer) *Device {
	d := &Device{endpoint: e, config: config, observer: observer, calls: map[*Call]struct{}{}, callID: token()}
	seen := map[string]bool{"": true}
	for _, number := range append([]string{config.User}, config.Numbers...) {
		if !seen[number] {
			seen[number] = true
			d.numbers = append(d.numbers, number)
		}
	}
	e.addDevice(d, d.numbers)
	return d
}

// Endpoint is where the device is.
func (d *Device) Endpoint() *Endpoint { return d.endpoint }

// Numbers are those under which the device can be called.
func (d *Device) Numbers() []string { return d.numbers }

// Registered says whether the last REGISTER was accepted.
func (d *Device) Registered() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.registered
}

// LastInvite is when the device last sent an INVITE of a new call.
func (d *Device) LastInvite() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lastInvite
}

// ErrRegister says that the registrar did not accept; the text has its status.
var ErrRegister = errors.New("REGISTER failed")

type registerError struct{ text string }

func (e *registerError) Error() string { return "REGISTER: " + e.text }
func (e *registerError) Unwrap() error { return ErrRegister }

// Register sends REGISTER and waits for the result; a challenge is answered once per nonce.
func (d *Device) Register(observer Observer) error { return d.register(observer, d.config.Expires) }

func (d *Device) register(observer Observer, expires time.Duration) error {
	d.registering.Lock()
	defer d.registering.Unlock()
	if d.config.Allow != nil {
		d.config.Allow()
	}
	authorization := ""
	for try := 0; ; try++ {
		d.cseq++
		h := head{
			method: "REGISTER", uri: "sip:" + d.config.Domain, host: d.endpoint.host, branch: newBranch(), from: d.identity() + ";tag=" + token(),
			to: "<" + d.config.AOR + ">", callID: d.callID, cseq: d.cseq,
		}
		out := h.append(make([]byte, 0, 600))
		seconds := int(expires / time.Second)
		out = appendHeader(out, "Contact", d.endpoint.contact(d.config.User))
		out = append(out, "Expires: "+itoa(seconds)+"\r\n"+agent+authorization...)
		out = finish(out, nil)
		done := make(chan *message.Message, 1)
		d.endpoint.request("REGISTER", h.branch, out, d.config.Server, observer, func(m *message.Message) { done <- m })
		m := <-done
		switch {
		case m == nil:
			d.setRegistered(false)
			return &registerError{"no response"}
		case m.Status == 401 || m.Status == 407:
			line, ok := d.authorize(m, "REGISTER", h.uri)
			if !ok || try > 0 && !stale(m) || try > 2 {
				d.setRegistered(false)
				return &registerError{itoa(m.Status) + " " + m.Reason}
			}
			authorization = line
		case m.Status >= 300:
			d.setRegistered(false)
			return &registerError{itoa(m.Status) + " " + m.Reason}
		default:
			d.accepted(m, expires)
			if expires > 0 {
				observer.Registered()
			}
			return nil
		}
	}
}

func stale(m *message.Message) bool {
	return strings.Contains(strings.ToLower(m.Get("www-authenticate")+m.Get("proxy-authenticate")), "stale=true")
}

func (d *Device) setRegistered(is bool) {
	d.mu.Lock()
	d.registered = is
	d.mu.Unlock()
}

// accepted takes the granted life of our contact (section 10.3) and renews when nine tenths of it are over.
func (d *Device) accepted(m *message.Message, asked time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.registered = asked > 0
	if d.refresh != nil {
		d.refresh.Stop()
		d.refresh = nil
	}
	if asked == 0 || d.gone {
		return
	}
	granted := asked
	if n, ok := atoi(m.Get("expires")); ok {
		granted = time.Duration(n) * time.Second
	}
	for _, contact := range m.List("contact") {
		host, port := message.HostPort(message.URIOf(contact))
		if host == d.endpoint.local.Addr().String() && port == int(d.endpoint.local.Port()) && message.User(message.URIOf(contact)) == d.config.User {
			if n, ok := atoi(message.Param(contact, "expires")); ok {
				granted = time.Duration(n) * time.Second
			}
		}
	}
	if granted > 0 {
		d.refresh = time.AfterFunc(granted*9/10, func() { _ = d.Register(d.observer) })
	}
}

// authorize makes the header line that answers a challenge.
func (d *Device) authorize(m *message.Message, method, uri string) (string, bool) {
	name, challenges := "Authorization", "www-authenticate"
	if m.Status == 407 {
		name, challenges = "Proxy-Authorization", "proxy-authenticate"
	}
	if d.config.Credentials.Password == "" {
		return "", false
	}
	for i := range m.Headers {
		if m.Headers[i].Name == challenges {
			if value, err := digest.Answer(m.Headers[i].Value, d.config.Credentials, method, uri, token(), 1); err == nil {
				return name + ": " + value + "\r\n", true
			}
		}
	}
	return "", false
}

func (d *Device) identity() string {
	if d.config.DisplayName == "" {
		return "<" + d.config.AOR + ">"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(d.config.DisplayName) + `" <` + d.config.AOR + ">"
}

// Stop hangs up, unregisters and takes the device off its endpoint.
func (d *Device) Stop(observer Observer) {
	d.mu.Lock()
	d.gone = true
	if d.refresh != nil {
		d.refresh.Stop()
	}
	registered := d.registered
	calls := make([]*Call, 0, len(d.calls))
	for call := range d.calls {
		calls = append(calls, call)
	}
	d.mu.Unlock()
	for _, call := range calls {
		call.Hangup()
	}
	if registered {
		_ = d.register(observer, 0)
	}
	limit := time.After(d.endpoint.timers.life())
	for _, call := range calls {
		call.await(limit)
	}
	d.endpoint.removeDevice(d, d.numbers)
}

// Claim takes the first waiting call that fits out of the inbox.
func (d *Device) Claim(fits func(*Call) bool) *Call {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, call := range d.inbox {
		if call.State() != Ended && fits(call) {
			d.inbox = append(d.inbox[:i:i], d.inbox[i+1:]...)
			return call
		}
	}
	return nil
}

func (d *Device) waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.inbox)
}

func (d *Device) own(c *Call) {
	d.mu.Lock()
	d.calls[c] = struct{}{}
	d.mu.Unlock()
}

// disown is told by a call that it ended.
func (d *Device) disown(c *Call) {
	d.mu.Lock()
	delete(d.calls, c)
	for i, call := range d.inbox {
		if call == c {
			d.inbox = append(d.inbox[:i:i], d.inbox[i+1:]...)
			break
		}
	}
	d.mu.Unlock()
	d.Bell.Ring()
}

// URI makes what to dial out of a number or a URI.
func (d *Device) URI(callee string) string {
	if strings.HasPrefix(callee, "sip:") || strings.HasPrefix(callee, "tel:") {
		return callee
	}
	if strings.Contains(callee, "@") {
		return "sip:" + callee
	}
	return "sip:" + escape(callee) + "@" + d.config.Domain
}

func (d *Device) codecs(settings MediaSettings) []uint8 {
	if len(settings.Codecs) > 0 {
		return settings.Codecs
	}
	return []uint8{sdp.PCMU, sdp.PCMA}
}
