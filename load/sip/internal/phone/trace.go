package phone

import (
	"fmt"
	"strings"
	"time"
)

type traced struct {
	at   time.Time
	text string
}

// note keeps a line of the ladder. The caller holds the call's lock.
func (c *Call) note(arrow, text string) {
	c.ladder = append(c.ladder, traced{time.Now(), arrow + " " + text})
}

// sent keeps what went out: its first line, or all of it.
func (c *Call) sent(packet []byte, summary string) {
	if c.device.config.FullTrace {
		summary = string(packet)
	}
	c.note("->", summary)
}

// Trace is the ladder of the leg, a message a line.
func (c *Call) Trace() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out strings.Builder
	for _, line := range c.ladder {
		fmt.Fprintf(&out, "+%.3fs  %s\n", line.at.Sub(c.ladder[0].at).Seconds(), line.text)
	}
	return out.String()
}
