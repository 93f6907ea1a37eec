package phone

import "net"

// openSink binds a port on all addresses with the smallest buffer, so that the other side's packets are dropped without an ICMP error.
func openSink() uint16 {
	conn, err := net.ListenUDP("udp", nil)
	if err != nil {
		return 9
	}
	_ = conn.SetReadBuffer(1)
	address, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return 9
	}
	sink = conn
	return uint16(address.Port)
}

var sink *net.UDPConn
