//go:build !linux

package media

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// link is the UDP socket of a stream where the kernel's timestamps and batches of Linux are not to be had: a goroutine reads it.
type link struct {
	conn   *net.UDPConn
	local  netip.AddrPort
	mu     sync.Mutex
	queue  []datagram
	closed bool
}

type datagram struct {
	data []byte
	at   int64
}

type destination struct{ address netip.AddrPort }

func destinationOf(address netip.AddrPort) destination { return destination{address} }

// most datagrams that wait for the clock, as a socket's buffer has its end.
const most = 500

func bindLink(address netip.Addr, port uint16) (*link, error) {
	local := netip.AddrPortFrom(address, port)
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(local))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, errInUse
	}
	if err != nil {
		return nil, err
	}
	l := &link{conn: conn, local: local}
	go l.read()
	return l, nil
}

func (l *link) read() {
	buffer := make([]byte, 1600)
	for {
		n, _, err := l.conn.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		now := time.Now().UnixNano()
		l.mu.Lock()
		if len(l.queue) < most {
			l.queue = append(l.queue, datagram{append([]byte(nil), buffer[:n]...), now})
		}
		l.mu.Unlock()
	}
}

func (l *link) open() bool { return !l.closed }

func (l *link) close() {
	l.closed = true
	_ = l.conn.Close()
}

func (l *link) send(b []byte, to *destination) bool {
	_, err := l.conn.WriteToUDPAddrPort(b, to.address)
	Traffic.out(err == nil, len(b))
	return err == nil
}

// drain takes all datagrams that wait; true when somebody should be woken.
func (s *Stream) drain() (rang bool) {
	s.link.mu.Lock()
	waiting := s.link.queue
	s.link.queue = nil
	s.link.mu.Unlock()
	for _, d := range waiting {
		Traffic.in(len(d.data))
		if s.take(d.data, d.at) {
			rang = true
		}
	}
	return rang
}
