package sip

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/metrics"

	"mediaservice.example/load/sip/internal/media"
	"mediaservice.example/load/sip/internal/phone"
	"mediaservice.example/load/sip/internal/score"
)

// longestEnd is how much of the end of a call can be compared, in milliseconds.
const longestEnd = 15 * 60 * 1000

// Call is one leg, as scripts see it.
type Call struct {
	CallID string `js:"callId"`
	ID     string `js:"id"`

	i        *instance
	device   *Device
	leg      *phone.Call
	settings mediaSettings
	observer *observer
	failed   bool // an expectation was not met
	saved    bool
}

// wait blocks the VU until a condition holds, the time is over or the VU is stopped.
func (i *instance) wait(bell *media.Bell, limit time.Duration, holds func() bool) bool {
	next := bell.Next()
	if holds() {
		return true
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	done := i.vu.Context().Done()
	for {
		select {
		case <-next:
		case <-timer.C:
			return holds()
		case <-done:
			return holds()
		}
		next = bell.Next()
		if holds() {
			return true
		}
	}
}

func (c *Call) expect(what string, timeout []sobek.Value, holds func() (met, hopeless bool)) bool {
	limit := c.i.process.current().expectTimeout
	if len(timeout) > 0 && given(timeout[0]) {
		var err error
		if limit, err = duration(timeout[0].Export()); err != nil {
			c.i.throw(err.Error())
		}
	}
	met := false
	c.i.wait(&c.leg.Bell, limit, func() bool {
		hopeless := false
		met, hopeless = holds()
		return met || hopeless
	})
	if !met {
		c.failed = true
		c.observer.expectFailed(what)
	}
	c.finish()
	return met
}

// finish is the end of each method: samples go to k6, and an ended call is saved when it has to be.
func (c *Call) finish() {
	if c.settings.record != recordNothing && !c.saved && c.settings.recordDir != "" && c.leg.State() == phone.Ended {
		c.saved = true
		outcome := c.leg.Outcome()
		if c.settings.record == recordAll || c.failed || outcome.EndedBy == phone.ByError {
			direction := "in"
			if c.leg.Outgoing {
				direction = "out"
			}
			name := strings.Map(safe, c.device.name()+"_"+direction+"_"+c.CallID)
			c.write(filepath.Join(c.settings.recordDir, name+".wav"))
		}
	}
	c.i.flush()
}

func safe(r rune) rune {
	if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
		return '-'
	}
	return r
}

// Accept answers a ringing call.
func (c *Call) Accept() bool {
	defer c.finish()
	return c.leg.Accept()
}

// Reject declines a ringing call.
func (c *Call) Reject(code, reason sobek.Value) bool {
	defer c.finish()
	status, text := 603, "Rejected"
	if given(code) {
		if n := int(code.ToInteger()); n >= 300 && n <= 699 {
			status = n
		}
	}
	if given(reason) {
		text = strings.Map(func(r rune) rune {
			if r == '\r' || r == '\n' {
				return ' '
			}
			return r
		}, reason.String())
	}
	return c.leg.Reject(status, text)
}

// Hangup ends the call and waits until it is over.
func (c *Call) Hangup() bool {
	defer c.finish()
	c.leg.Hangup()
	return c.i.wait(&c.leg.Bell, 40*time.Second, func() bool { return c.leg.State() == phone.Ended })
}

// ExpectRinging waits until the call rings.
func (c *Call) ExpectRinging(timeout ...sobek.Value) bool {
	return c.expect("ringing", timeout, func() (bool, bool) {
		return c.leg.Rang(), c.leg.State() >= phone.Connected
	})
}

// ExpectConnected waits until the call is answered.
func (c *Call) ExpectConnected(timeout ...sobek.Value) bool {
	return c.expect("connected", timeout, func() (bool, bool) {
		return c.leg.Established(), c.leg.State() == phone.Ended
	})
}

// ExpectDisconnected waits until the call is over.
func (c *Call) ExpectDisconnected(timeout ...sobek.Value) bool {
	return c.expect("disconnected", timeout, func() (bool, bool) { return c.leg.State() == phone.Ended, false })
}

// State is calling, ringing, connected or ended.
func (c *Call) State() string { return c.leg.State().String() }

// Status is the final status of the INVITE, or 0.
func (c *Call) Status() int { return c.leg.Status() }

// Remote is the other party's number.
func (c *Call) Remote() string { return c.leg.Remote }

// Trace is the SIP ladder of the leg.
func (c *Call) Trace() string { return c.leg.Trace() }

// HowCompleted tells how the call ended; null while it has not.
func (c *Call) HowCompleted() sobek.Value {
	defer c.finish()
	outcome := c.leg.Outcome()
	if outcome == nil {
		return sobek.Null()
	}
	return c.object("endedBy", outcome.EndedBy, "status", outcome.Status, "reason", outcome.Reason, "duration", float64(outcome.Duration)/1e6)
}

func (c *Call) object(pairs ...any) sobek.Value {
	object := c.i.vu.Runtime().NewObject()
	for i := 0; i < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			_ = object.Set(name, pairs[i+1])
		}
	}
	return object
}

// Codec is PCMU or PCMA, or null.
func (c *Call) Codec() sobek.Value {
	if name := c.leg.Codec(); name != "" {
		return c.i.vu.Runtime().ToValue(name)
	}
	return sobek.Null()
}

// IsHeard waits until audio of the other side comes.
func (c *Call) IsHeard(timeout ...sobek.Value) bool {
	return c.expect("heard", timeout, func() (bool, bool) {
		stream := c.leg.Stream()
		if stream == nil {
			return false, c.leg.State() >= phone.Connected
		}
		return stream.Heard(), c.leg.State() == phone.Ended
	})
}

// SendDTMF queues keys.
func (c *Call) SendDTMF(digits string, milliseconds sobek.Value) bool {
	defer c.finish()
	length := 100
	if given(milliseconds) {
		length = int(milliseconds.ToInteger())
	}
	if !media.Keys(digits) {
		c.i.throw("sendDTMF: digits are 0-9, *, #, A-D")
	}
	return c.leg.Press(digits, length)
}

// ExpectDTMF waits until keys came.
func (c *Call) ExpectDTMF(digits string, timeout ...sobek.Value) bool {
	digits = strings.ToUpper(digits)
	return c.expect("dtmf", timeout, func() (bool, bool) {
		return strings.Contains(c.ReceivedDTMF(), digits), c.leg.State() == phone.Ended
	})
}

// ReceivedDTMF is the keys that came.
func (c *Call) ReceivedDTMF() string {
	if stream := c.leg.Stream(); stream != nil {
		return stream.Digits()
	}
	return ""
}

// MediaStats are the RTP figures; null without media.
func (c *Call) MediaStats() sobek.Value {
	stream := c.leg.Stream()
	if stream == nil {
		return sobek.Null()
	}
	s := stream.Stats()
	return c.object("codec", c.Codec(), "sent", s.Sent, "received", s.Received, "expected", s.Expected, "lost", s.Lost, "jitter", s.Jitter,
		"heard", s.HeardMs, "dtmf", s.Digits)
}

func (c *Call) recorded() *media.Stream {
	stream := c.leg.Stream()
	if stream == nil || c.settings.record == recordNothing {
		c.device.warn("the call is not recorded: set record")
		return nil
	}
	return stream
}

// SaveRecording writes a WAV file: left what was heard, right what was sent.
func (c *Call) SaveRecording(path string) bool { return c.write(path) }

func (c *Call) write(path string) bool {
	stream := c.recorded()
	if stream == nil {
		return false
	}
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, media.StereoWAV(stream.Recording()), 0o644)
	}
	if err != nil {
		c.device.warn("the recording cannot be written: " + err.Error())
	}
	return err == nil
}

// CompareAudio scores what was heard against a reference; null when there is too little. A second argument, in milliseconds, leaves all
// out but what was heard last, up to now.
func (c *Call) CompareAudio(reference *Audio, last sobek.Value) sobek.Value {
	defer c.i.flush()
	if reference == nil {
		c.i.throw("compareAudio: a reference of sip.audio() or sip.tone() is expected")
	}
	stream := c.recorded()
	if stream == nil {
		return sobek.Null()
	}
	milliseconds := 0
	if given(last) {
		milliseconds = min(max(int(last.ToInteger()), 1), longestEnd)
	}
	result, ok := score.Compare(reference.source.PCM, stream.HeardPCM(milliseconds))
	if !ok {
		return sobek.Null()
	}
	now := time.Now()
	o := c.observer
	o.into.put(o.sample(o.set.score, o.tags, result.Score, now), o.sample(o.set.mismatch, o.tags, 1-result.Score, now))
	return c.object("score", result.Score, "offset", result.OffsetMs, "compared", result.ComparedMs, "gaps", result.GapsMs,
		"clippedStart", result.ClippedStartMs, "gain", result.GainDB)
}

var _ metrics.SampleContainer = metrics.Samples{}
