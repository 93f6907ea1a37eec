package sip

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/grafana/sobek"

	"mediaservice.example/load/sip/internal/digest"
	"mediaservice.example/load/sip/internal/message"
	"mediaservice.example/load/sip/internal/phone"
)

// Device is sip.Device of scripts.
type Device struct {
	ID string `js:"id"`

	i         *instance
	registrar string
	proxy     string
	user      string
	authUser  string
	pass      string
	display   string
	expires   time.Duration
	register  bool
	media     mediaSettings
	numbers   map[string]string

	mu    sync.Mutex
	phone *phone.Device
}

func (i *instance) newDevice(call sobek.ConstructorCall) *sobek.Object {
	d := &Device{i: i, expires: 300 * time.Second, register: true, numbers: map[string]string{}, media: i.process.current().media}
	for name, value := range i.fields(call.Argument(0)) {
		if err := d.take(name, value); err != nil {
			i.throw("sip.Device: " + err.Error())
		}
	}
	if d.registrar == "" {
		i.throw("sip.Device: registrar is missing")
	}
	return i.vu.Runtime().ToValue(d).ToObject(i.vu.Runtime())
}

func (d *Device) take(name string, value any) (err error) {
	if value == nil {
		return nil
	}
	switch name {
	case "device":
		d.ID = fmt.Sprint(value)
	case "registrar":
		d.registrar = strings.TrimPrefix(fmt.Sprint(value), "sip:")
	case "proxy":
		d.proxy = strings.TrimPrefix(fmt.Sprint(value), "sip:")
	case "user":
		d.user = strings.TrimPrefix(fmt.Sprint(value), "sip:")
	case "authUser":
		d.authUser = fmt.Sprint(value)
	case "pass", "password":
		d.pass = fmt.Sprint(value)
	case "displayName":
		d.display = fmt.Sprint(value)
	case "expires":
		d.expires, err = duration(value)
	case "register":
		d.register, err = boolean(value)
	case "sessionExpires", "prack":
		// Refreshes are left to the other side, and 18x are sent unreliably: both are options of the protocol.
	default:
		known := false
		if known, err = d.media.take(name, value); !known {
			d.numbers[name] = fmt.Sprint(value)
		}
	}
	return err
}

// Identity is one of the device's numbers by its field name.
func (d *Device) Identity(key string) sobek.Value {
	if number, ok := d.numbers[key]; ok {
		return d.i.vu.Runtime().ToValue(number)
	}
	return sobek.Undefined()
}

// start makes the device run: at its first use inside a test function.
func (d *Device) start() (*phone.Device, error) {
	if d.i.vu.State() == nil {
		d.i.throw("a device cannot be used in the init context")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.phone != nil {
		return d.phone, nil
	}
	server := d.registrar
	if d.proxy != "" {
		server = d.proxy
	}
	address, err := resolve(server)
	if err != nil {
		return nil, err
	}
	endpoint, err := d.i.process.endpoint(address)
	if err != nil {
		return nil, err
	}
	domain, _ := message.SplitHostPort(d.registrar)
	user, host, ok := strings.Cut(d.user, "@")
	if !ok {
		host = domain
	}
	if d.authUser == "" {
		d.authUser = user
	}
	current := d.i.process.current()
	numbers := make([]string, 0, len(d.numbers))
	for _, number := range d.numbers {
		numbers = append(numbers, number)
	}
	aor := "sip:" + host
	if user != "" {
		aor = "sip:" + user + "@" + host
	}
	d.phone = phone.Start(endpoint, phone.Config{
		Domain: domain, Server: address, Fixed: d.proxy != "", User: user, AOR: aor, DisplayName: d.display,
		Credentials: digest.Credentials{User: d.authUser, Password: d.pass}, Expires: d.expires, Register: d.register, Numbers: numbers,
		RingTimeout: current.ringTimeout, FullTrace: current.trace, Media: phoneMedia(d.media), Allow: d.i.process.allowRegister,
	}, d.i.observer(d.ID))
	d.i.process.add(d)
	return d.phone, nil
}

func resolve(server string) (netip.AddrPort, error) {
	host, port := message.SplitHostPort(server)
	if port == 0 {
		port = 5060
	}
	if address, err := netip.ParseAddr(host); err == nil {
		return netip.AddrPortFrom(address.Unmap(), uint16(port)), nil
	}
	found, err := net.ResolveUDPAddr("udp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%s cannot be resolved: %w", host, err)
	}
	address := found.AddrPort()
	return netip.AddrPortFrom(address.Addr().Unmap(), address.Port()), nil
}

// ready starts the device and registers it when it has to.
func (d *Device) ready() (*phone.Device, error) {
	p, err := d.start()
	if err != nil || !d.register || p.Registered() {
		return p, err
	}
	return p, p.Register(d.i.observer(d.ID))
}

func (d *Device) warn(text string) { d.i.vu.State().Logger.Warnf("sip: %s: %s", d.name(), text) }

func (d *Device) name() string {
	if d.ID != "" {
		return d.ID
	}
	return d.user
}

// Register sends REGISTER now.
func (d *Device) Register() bool {
	defer d.i.flush()
	p, err := d.start()
	if err == nil {
		err = p.Register(d.i.observer(d.ID))
	}
	if err != nil {
		d.warn(err.Error())
	}
	return err == nil
}

// IsRegistered tells the result of the last REGISTER.
func (d *Device) IsRegistered() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.phone != nil && d.phone.Registered()
}

// Destroy hangs up, unregisters and stops; the next use starts the device again.
func (d *Device) Destroy() {
	defer d.i.flush()
	d.stop()
}

func (d *Device) stop() {
	d.mu.Lock()
	p := d.phone
	d.phone = nil
	d.mu.Unlock()
	d.i.process.remove(d)
	if p != nil {
		p.Stop(quiet{})
	}
}

// Call sends INVITE and gives the Call, or false.
func (d *Device) Call(options sobek.Value) any {
	defer d.i.flush()
	p, err := d.ready()
	if err != nil {
		d.warn(err.Error())
		return false
	}
	callee, aon := "", ""
	var other *Device
	timeout, label, headers, settings := 60*time.Second, "", "", d.media
	for name, value := range d.i.fields(options) {
		if value == nil {
			continue
		}
		var err error
		switch name {
		case "callee":
			if device, ok := value.(*Device); ok {
				other = device
			} else {
				callee = fmt.Sprint(value)
			}
		case "aon":
			aon = fmt.Sprint(value)
		case "timeout":
			timeout, err = duration(value)
		case "id":
			label = fmt.Sprint(value)
		case "headers":
			headers, err = headerLines(value)
		default:
			known := false
			if known, err = settings.take(name, value); !known {
				err = fmt.Errorf("option %q is not known", name)
			}
		}
		if err != nil {
			d.i.throw("call: " + err.Error())
		}
	}
	switch {
	case other != nil:
		if aon == "" {
			aon = "ext"
		}
		if callee = other.numbers[aon]; callee == "" {
			d.i.throw("call: the callee has no number " + strconv.Quote(aon))
		}
		if _, err := other.ready(); err != nil {
			other.warn(err.Error())
			return false
		}
	case callee == "":
		callee = aon
	}
	if callee == "" {
		d.i.throw("call: callee or aon is missing")
	}
	c := &Call{ID: label, device: d, i: d.i, settings: settings, observer: d.i.observer(d.ID)}
	uri := p.URI(callee)
	number := callee
	if user := message.User(uri); user != "" {
		number = user
	}
	c.leg, err = p.Call(phone.Dial{URI: uri, Number: number, Timeout: timeout, Headers: headers, Media: phoneMedia(settings)}, c.observer)
	if err != nil {
		d.warn(err.Error())
		return false
	}
	c.CallID = c.leg.CallID
	return c
}

func headerLines(value any) (string, error) {
	fields, ok := value.(map[string]any)
	if !ok {
		return "", fmt.Errorf("headers has to be an object")
	}
	var out strings.Builder
	for name, value := range fields {
		text := fmt.Sprint(value)
		if strings.ContainsAny(name+text, "\r\n") || strings.ContainsAny(name, " :") || name == "" {
			return "", fmt.Errorf("header %q cannot be sent", name)
		}
		out.WriteString(name + ": " + text + "\r\n")
	}
	return out.String(), nil
}

// ExpectCall waits for a call that fits and claims it; false when none comes.
func (d *Device) ExpectCall(options sobek.Value) any {
	defer d.i.flush()
	p, err := d.ready()
	if err != nil {
		d.warn(err.Error())
		return false
	}
	var caller *Device
	number, aon, timeout := "", "", d.i.process.current().expectTimeout
	for name, value := range d.i.fields(options) {
		if value == nil {
			continue
		}
		switch name {
		case "caller":
			if device, ok := value.(*Device); ok {
				caller = device
			} else {
				number = fmt.Sprint(value)
			}
		case "aon":
			aon = fmt.Sprint(value)
		case "timeout":
			if timeout, err = duration(value); err != nil {
				d.i.throw("expectCall: " + err.Error())
			}
		default:
			d.i.throw("expectCall: option " + strconv.Quote(name) + " is not known")
		}
	}
	fits := func(c *phone.Call) bool { return true }
	switch {
	case caller != nil && aon != "":
		wanted := caller.numbers[aon]
		fits = func(c *phone.Call) bool { return c.Remote == wanted }
	case caller != nil:
		user, _, _ := strings.Cut(caller.user, "@")
		fits = func(c *phone.Call) bool {
			if c.Remote == user {
				return true
			}
			for _, one := range caller.numbers {
				if one == c.Remote {
					return true
				}
			}
			return false
		}
	case number != "" || aon != "":
		if number == "" {
			number = aon
		}
		fits = func(c *phone.Call) bool { return c.Remote == number }
	}
	observer := d.i.observer(d.ID)
	var leg *phone.Call
	if !d.i.wait(&p.Bell, timeout, func() bool { leg = p.Claim(fits); return leg != nil }) {
		observer.expectFailed("call")
		return false
	}
	leg.Claimed(phoneMedia(d.media), observer)
	if caller != nil {
		caller.mu.Lock()
		from := caller.phone
		caller.mu.Unlock()
		if from != nil {
			if sent := from.LastInvite(); !sent.IsZero() && sent.Before(leg.Arrived) {
				observer.into.put(observer.sample(observer.set.delivery, observer.tags, float64(leg.Arrived.Sub(sent))/1e6, time.Now()))
			}
		}
	}
	return &Call{CallID: leg.CallID, device: d, i: d.i, settings: d.media, observer: observer, leg: leg}
}

func phoneMedia(m mediaSettings) phone.MediaSettings {
	return phone.MediaSettings{Off: m.off, Codecs: m.codecs, Source: m.source, HeardLevel: m.heardLevel, Record: m.record != recordNothing}
}

// quiet takes what nobody counts.
type quiet struct{}

func (quiet) Request(string, int, time.Duration) {}
func (quiet) FirstResponse(time.Duration)        {}
func (quiet) Ringing(time.Duration)              {}
func (quiet) Answered(time.Duration)             {}
func (quiet) Retransmitted(string, int)          {}
func (quiet) Registered()                        {}
func (quiet) Ended(*phone.Call)                  {}
