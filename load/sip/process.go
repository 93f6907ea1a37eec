package sip

import (
	"crypto/sha256"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"go.k6.io/k6/metrics"

	"mediaservice.example/load/sip/internal/media"
	"mediaservice.example/load/sip/internal/phone"
)

// process is what all VUs share: one SIP socket for each local address, the sounds, and the devices that run.
type process struct {
	mu        sync.Mutex
	settings  settings
	set       *metricSet
	registry  *metrics.Registry
	endpoints map[netip.Addr]*phone.Endpoint
	sounds    map[[32]byte]*media.Source
	tones     map[[2]float64]*media.Source
	running   map[*Device]struct{}
	turn      time.Time // when the next REGISTER may go
	served    bool

	samples collector
}

func newProcess() *process {
	return &process{
		settings: defaults(), endpoints: map[netip.Addr]*phone.Endpoint{}, sounds: map[[32]byte]*media.Source{}, tones: map[[2]float64]*media.Source{},
		running: map[*Device]struct{}{},
	}
}

func (p *process) configure(fields map[string]any) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := p.settings
	for name, value := range fields {
		if err := next.take(name, value); err != nil {
			return err
		}
	}
	p.settings = next
	return nil
}

func (p *process) current() settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settings
}

// sound decodes a WAV file once, however many VUs load it.
func (p *process) sound(data []byte) (*media.Source, error) {
	key := sha256.Sum256(data)
	p.mu.Lock()
	defer p.mu.Unlock()
	if source := p.sounds[key]; source != nil {
		return source, nil
	}
	pcm, err := media.ParseWAV(data)
	if err != nil {
		return nil, err
	}
	source := media.NewSource(pcm)
	p.sounds[key] = source
	return source, nil
}

func (p *process) toneOf(hertz, dbfs float64) *media.Source {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := [2]float64{hertz, dbfs}
	if p.tones[key] == nil {
		p.tones[key] = media.Tone(hertz, dbfs)
	}
	return p.tones[key]
}

// endpoint gives the socket from which a server is reached.
func (p *process) endpoint(server netip.AddrPort) (*phone.Endpoint, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var local netip.Addr
	if p.settings.localIP != "" {
		address, err := netip.ParseAddr(p.settings.localIP)
		if err != nil {
			return nil, fmt.Errorf("localIP: %w", err)
		}
		local = address
	} else {
		conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(server)) // sends nothing: it asks for the route
		if err != nil {
			return nil, fmt.Errorf("no route to %s: %w", server, err)
		}
		if bound, ok := conn.LocalAddr().(*net.UDPAddr); ok {
			local = bound.AddrPort().Addr().Unmap()
		}
		_ = conn.Close()
	}
	if e := p.endpoints[local]; e != nil {
		return e, nil
	}
	e, err := phone.Open(local, phone.Standard)
	if err != nil {
		return nil, err
	}
	p.endpoints[local] = e
	if p.settings.metricsAddr != "" && !p.served {
		p.served = true
		if err := p.serve(p.settings.metricsAddr); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// allowRegister waits for the turn that registerRate gives.
func (p *process) allowRegister() {
	p.mu.Lock()
	rate := p.settings.registerRate
	if rate <= 0 {
		p.mu.Unlock()
		return
	}
	now := time.Now()
	if p.turn.Before(now) {
		p.turn = now
	}
	wait := p.turn.Sub(now)
	p.turn = p.turn.Add(time.Duration(float64(time.Second) / rate))
	p.mu.Unlock()
	time.Sleep(wait)
}

func (p *process) add(d *Device) {
	p.mu.Lock()
	p.running[d] = struct{}{}
	p.mu.Unlock()
}

func (p *process) remove(d *Device) {
	p.mu.Lock()
	delete(p.running, d)
	p.mu.Unlock()
}

// shutdown stops all devices, some at a time, and closes the sockets.
func (p *process) shutdown() {
	p.mu.Lock()
	devices := make([]*Device, 0, len(p.running))
	for device := range p.running {
		devices = append(devices, device)
	}
	p.mu.Unlock()
	places := make(chan struct{}, 64)
	var all sync.WaitGroup
	for _, device := range devices {
		places <- struct{}{}
		all.Go(func() {
			device.stop()
			<-places
		})
	}
	all.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	for address, endpoint := range p.endpoints {
		endpoint.Close()
		delete(p.endpoints, address)
	}
}
