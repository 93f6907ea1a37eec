// Package phone is the user agent: devices that register, call, and are called, over one UDP socket for all of them (RFC 3261, RFC 3264).
package phone

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"mediaservice.example/load/sip/internal/media"
	"mediaservice.example/load/sip/internal/message"
)

// Traffic is the SIP of the process.
var Traffic media.Counter

// legKey finds the call a request within a dialog is for; both legs of a call may have one Call-ID.
type legKey struct {
	callID string
	tag    string
}

type lingering struct {
	until time.Time
	call  *Call
}

// Endpoint is one UDP socket and whom it belongs to.
type Endpoint struct {
	conn   *net.UDPConn
	timers Timers
	local  netip.AddrPort
	// host is "address:port" as it stands in Via and Contact.
	host string

	mu       sync.Mutex
	pending  map[txnKey]responder
	legs     map[legKey]*Call
	arrived  map[string]*Call // by the branch of the INVITE
	devices  map[string][]*Device
	linger   []lingering
	sweeping bool
	closed   bool
}

// Open binds a socket.
func Open(address netip.Addr, timers Timers) (*Endpoint, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(address, 0)))
	if err != nil {
		return nil, fmt.Errorf("SIP socket: %w", err)
	}
	// Storms come in bursts; the kernel gives what it allows.
	_ = conn.SetReadBuffer(4 << 20)
	_ = conn.SetWriteBuffer(4 << 20)
	bound, _ := conn.LocalAddr().(*net.UDPAddr)
	local := netip.AddrPortFrom(address, bound.AddrPort().Port())
	e := &Endpoint{
		conn: conn, timers: timers, local: local, host: local.String(), pending: map[txnKey]responder{}, legs: map[legKey]*Call{},
		arrived: map[string]*Call{}, devices: map[string][]*Device{},
	}
	go e.read()
	return e, nil
}

// Local is the address of the socket.
func (e *Endpoint) Local() netip.AddrPort { return e.local }

// Close ends the socket.
func (e *Endpoint) Close() {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	_ = e.conn.Close()
}

func (e *Endpoint) send(packet []byte, to netip.AddrPort) {
	if n, err := e.conn.WriteToUDPAddrPort(packet, to); err == nil {
		Traffic.Out(n)
	}
}

func (e *Endpoint) read() {
	buffer := make([]byte, 65536)
	for {
		n, from, err := e.conn.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an ICMP error of an earlier send is not the socket's end
		}
		now := time.Now()
		Traffic.In(n)
		if m, err := message.Parse(string(buffer[:n])); err == nil {
			e.receive(m, netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), now)
		}
	}
}

func (e *Endpoint) receive(m *message.Message, from netip.AddrPort, now time.Time) {
	if m.Status != 0 {
		e.mu.Lock()
		r := e.pending[txnKey{m.Branch(), m.CSeqMethod}]
		e.mu.Unlock()
		if r != nil {
			r.response(m, now)
		}
		return
	}
	e.requested(m, replyAddress(m, from), now)
}

// replyAddress is where responses go (section 18.2.2, RFC 3581).
func replyAddress(m *message.Message, from netip.AddrPort) netip.AddrPort {
	via := m.Get("via")
	if comma := strings.IndexByte(via, ','); comma >= 0 {
		via = via[:comma]
	}
	head, params, _ := strings.Cut(via, ";")
	for part := range strings.SplitSeq(params, ";") {
		if name, _, _ := strings.Cut(part, "="); strings.EqualFold(strings.TrimSpace(name), "rport") {
			return from
		}
	}
	_, sentBy, _ := strings.Cut(strings.TrimSpace(head), " ")
	_, port := message.SplitHostPort(strings.TrimSpace(sentBy))
	if port == 0 {
		port = 5060
	}
	return netip.AddrPortFrom(from.Addr(), uint16(port))
}

func (e *Endpoint) requested(m *message.Message, reply netip.AddrPort, now time.Time) {
	e.mu.Lock()
	var call *Call
	if tag := m.ToTag(); tag != "" {
		call = e.legs[legKey{m.CallID, tag}]
	} else if m.Method == "INVITE" || m.Method == "CANCEL" {
		call = e.arrived[m.Branch()]
	}
	e.mu.Unlock()
	switch {
	case call != nil:
		call.requested(m, reply, now)
	case m.Method == "ACK":
	case m.Method == "INVITE" && m.ToTag() == "":
		e.invited(m, reply, now)
	case m.Method == "OPTIONS" && m.ToTag() == "":
		e.respond(m, reply, 200, "OK", token(), allow)
	case m.ToTag() != "" || m.Method == "CANCEL" || m.Method == "BYE":
		e.respond(m, reply, 481, "Call/Transaction Does Not Exist", token(), "")
	default:
		e.respond(m, reply, 405, "Method Not Allowed", token(), allow)
	}
}

func (e *Endpoint) invited(m *message.Message, reply netip.AddrPort, now time.Time) {
	for _, option := range m.List("require") {
		if option != "timer" && option != "replaces" {
			e.respond(m, reply, 420, "Bad Extension", token(), "Unsupported: "+option+"\r\n")
			return
		}
	}
	device := e.find(message.User(m.URI))
	if device == nil {
		device = e.find(message.User(message.URIOf(m.To)))
	}
	if device == nil {
		e.respond(m, reply, 404, "Not Found", token(), "")
		return
	}
	device.invited(m, reply, now)
}

// find gives the device of a number; among several, the one that has the fewest calls waiting.
func (e *Endpoint) find(number string) *Device {
	if number == "" {
		return nil
	}
	e.mu.Lock()
	list := e.devices[number]
	var found *Device
	if len(list) == 1 {
		found = list[0]
	}
	e.mu.Unlock()
	if found != nil {
		return found
	}
	least := 0
	for _, device := range list {
		if waiting := device.waiting(); found == nil || waiting < least {
			found, least = device, waiting
		}
	}
	return found
}

func (e *Endpoint) expect(key txnKey, r responder) {
	e.mu.Lock()
	e.pending[key] = r
	e.mu.Unlock()
}

func (e *Endpoint) forget(key txnKey) {
	e.mu.Lock()
	delete(e.pending, key)
	e.mu.Unlock()
}

func (e *Endpoint) addDevice(d *Device, numbers []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, number := range numbers {
		e.devices[number] = append(e.devices[number][:len(e.devices[number]):len(e.devices[number])], d)
	}
}

func (e *Endpoint) removeDevice(d *Device, numbers []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, number := range numbers {
		var rest []*Device
		for _, other := range e.devices[number] {
			if other != d {
				rest = append(rest, other)
			}
		}
		if rest == nil {
			delete(e.devices, number)
		} else {
			e.devices[number] = rest
		}
	}
}

// retire keeps an ended call for as long as the other side may send something again (timers D, I, J, K and the 2xx of section 13.2.2.4).
func (e *Endpoint) retire(c *Call) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.linger = append(e.linger, lingering{time.Now().Add(e.timers.life()), c})
	if !e.sweeping {
		e.sweeping = true
		time.AfterFunc(time.Second, e.sweep)
	}
}

func (e *Endpoint) sweep() {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, gone := time.Now(), 0
	for gone < len(e.linger) && e.linger[gone].until.Before(now) {
		call := e.linger[gone].call
		e.linger[gone] = lingering{}
		delete(e.legs, legKey{call.CallID, call.localTag})
		for _, branch := range call.branches {
			delete(e.pending, txnKey{branch, "INVITE"})
			delete(e.arrived, branch)
		}
		gone++
	}
	e.linger = append(e.linger[:0:0], e.linger[gone:]...)
	if len(e.linger) == 0 || e.closed {
		e.sweeping = false
		return
	}
	time.AfterFunc(time.Second, e.sweep)
}

// respond answers without a dialog.
func (e *Endpoint) respond(m *message.Message, to netip.AddrPort, status int, reason, tag, more string) {
	e.send(response(m, status, reason, tag, more, nil), to)
}

func (e *Endpoint) contact(user string) string {
	if user == "" {
		return "<sip:" + e.host + ">"
	}
	return "<sip:" + escape(user) + "@" + e.host + ">"
}

// escape writes a user part (section 25.1: user).
func escape(user string) string {
	plain := true
	for i := 0; i < len(user); i++ {
		plain = plain && userChar(user[i])
	}
	if plain {
		return user
	}
	var out strings.Builder
	for i := 0; i < len(user); i++ {
		if userChar(user[i]) {
			out.WriteByte(user[i])
		} else {
			out.WriteByte('%')
			if user[i] < 16 {
				out.WriteByte('0')
			}
			out.WriteString(strings.ToUpper(strconv.FormatUint(uint64(user[i]), 16)))
		}
	}
	return out.String()
}

func userChar(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-_.!~*'()&=+$,;?/", c) >= 0
}
