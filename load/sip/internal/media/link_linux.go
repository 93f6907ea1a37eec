package media

import (
	"encoding/binary"
	"net/netip"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// link is the UDP socket of a stream. It is read when the clock comes by, so that no packet wakes anybody; the kernel notes when each
// one came, so that jitter is told from the arrivals and not from the clock.
type link struct {
	fd     int
	local  netip.AddrPort
	closed bool
}

type destination struct {
	four unix.RawSockaddrInet4
	six  unix.RawSockaddrInet6
	size uintptr
	is6  bool
}

func destinationOf(address netip.AddrPort) destination {
	var d destination
	port := [2]byte{byte(address.Port() >> 8), byte(address.Port())}
	if address.Addr().Is4() {
		d.four.Family, d.four.Addr = unix.AF_INET, address.Addr().As4()
		d.four.Port = binary.NativeEndian.Uint16(port[:])
		d.size = unix.SizeofSockaddrInet4
		return d
	}
	d.is6 = true
	d.six.Family, d.six.Addr = unix.AF_INET6, address.Addr().As16()
	d.six.Port = binary.NativeEndian.Uint16(port[:])
	d.size = unix.SizeofSockaddrInet6
	return d
}

func bindLink(address netip.Addr, port uint16) (*link, error) {
	fd, err := bind(address, int(port))
	if err == unix.EADDRINUSE {
		return nil, errInUse
	}
	if err != nil {
		return nil, err
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	return &link{fd: fd, local: netip.AddrPortFrom(address, port)}, nil
}

func bind(address netip.Addr, port int) (int, error) {
	family := unix.AF_INET
	var where unix.Sockaddr = &unix.SockaddrInet4{Port: port, Addr: [4]byte{}}
	if address.Is4() {
		where = &unix.SockaddrInet4{Port: port, Addr: address.As4()}
	} else {
		family = unix.AF_INET6
		where = &unix.SockaddrInet6{Port: port, Addr: address.As16()}
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.Bind(fd, where); err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func (l *link) open() bool { return !l.closed }

func (l *link) close() {
	l.closed = true
	_ = unix.Close(l.fd)
}

// RawSyscall: a send to and a read of a socket that never blocks need not tell Go's scheduler.
func (l *link) send(b []byte, to *destination) bool {
	address := unsafe.Pointer(&to.four)
	if to.is6 {
		address = unsafe.Pointer(&to.six)
	}
	_, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(l.fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), unix.MSG_DONTWAIT,
		uintptr(address), to.size)
	Traffic.out(errno == 0, len(b))
	return errno == 0
}

type mmsghdr struct {
	hdr unix.Msghdr
	len uint32
	_   [4]byte
}

const batchSize = 16

type inbox struct {
	headers [batchSize]mmsghdr
	vectors [batchSize]unix.Iovec
	data    [batchSize][1600]byte
	control [batchSize][64]byte
}

var inboxes = sync.Pool{New: func() any {
	box := &inbox{}
	for i := range box.headers {
		box.vectors[i].Base = &box.data[i][0]
		box.vectors[i].SetLen(len(box.data[i]))
		box.headers[i].hdr.Iov = &box.vectors[i]
		box.headers[i].hdr.SetIovlen(1)
		box.headers[i].hdr.Control = &box.control[i][0]
	}
	return box
}}

// drain takes all datagrams that wait; true when somebody should be woken.
func (s *Stream) drain() (rang bool) {
	box := inboxes.Get().(*inbox)
	defer inboxes.Put(box)
	for {
		for i := range box.headers {
			box.headers[i].hdr.SetControllen(len(box.control[i]))
		}
		n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(s.link.fd), uintptr(unsafe.Pointer(&box.headers[0])), batchSize, unix.MSG_DONTWAIT, 0, 0)
		if errno != 0 {
			return rang
		}
		for i := range int(n) {
			size := min(int(box.headers[i].len), len(box.data[i]))
			Traffic.in(size)
			if s.take(box.data[i][:size], arrival(&box.headers[i].hdr, &box.control[i])) {
				rang = true
			}
		}
		if n < batchSize {
			return rang
		}
	}
}

// arrival reads the kernel's timestamp out of the control message.
func arrival(header *unix.Msghdr, control *[64]byte) int64 {
	if int(header.Controllen) < unix.SizeofCmsghdr+16 {
		return 0
	}
	message := (*unix.Cmsghdr)(unsafe.Pointer(control))
	if message.Level != unix.SOL_SOCKET || message.Type != unix.SO_TIMESTAMPNS {
		return 0
	}
	stamp := (*unix.Timespec)(unsafe.Pointer(&control[unix.SizeofCmsghdr]))
	return stamp.Nano()
}
