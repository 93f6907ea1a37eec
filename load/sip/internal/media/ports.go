package media

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync/atomic"
)

const (
	firstPort = 40000
	lastPort  = 59998
)

var cursor atomic.Uint32

func init() { cursor.Store(rand.Uint32N((lastPort - firstPort) / 2)) }

var errInUse = errors.New("port in use")

// openLink binds an even port (RFC 3550, section 11), another one each time; the odd one after it is left to the RTCP that may come.
func openLink(address netip.Addr) (*link, error) {
	for range 200 {
		port := firstPort + 2*int(cursor.Add(1)%((lastPort-firstPort)/2+1))
		l, err := bindLink(address, uint16(port))
		if errors.Is(err, errInUse) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("RTP socket: %w", err)
		}
		return l, nil
	}
	return nil, fmt.Errorf("no free RTP port between %d and %d", firstPort, lastPort)
}
