package sip

import (
	"strconv"
	"sync"
	"time"

	"go.k6.io/k6/metrics"

	"mediaservice.example/load/sip/internal/phone"
)

// metricSet is the module's metrics, under the documented names.
type metricSet struct {
	requests, registrations, retransmissions, expectFailed, calls, results   *metrics.Metric
	requestDuration, setup, postDial, callDuration, delivery, firstResponse  *metrics.Metric
	failedRequests, success, heard                                           *metrics.Metric
	packetsSent, packetsReceived, packetsLost, legs, jitter, score, mismatch *metrics.Metric
}

func (p *process) register(registry *metrics.Registry) (*metricSet, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.set != nil && p.registry == registry {
		return p.set, nil
	}
	s := &metricSet{}
	var failed error
	add := func(into **metrics.Metric, name string, kind metrics.MetricType, unit metrics.ValueType) {
		metric, err := registry.NewMetric(name, kind, unit)
		if err != nil && failed == nil {
			failed = err
		}
		*into = metric
	}
	add(&s.requests, "sip_requests", metrics.Counter, metrics.Default)
	add(&s.requestDuration, "sip_request_duration", metrics.Trend, metrics.Time)
	add(&s.failedRequests, "sip_failed_requests", metrics.Rate, metrics.Default)
	add(&s.registrations, "sip_registrations", metrics.Counter, metrics.Default)
	add(&s.setup, "sip_call_setup_time", metrics.Trend, metrics.Time)
	add(&s.postDial, "sip_post_dial_delay", metrics.Trend, metrics.Time)
	add(&s.success, "sip_call_success", metrics.Rate, metrics.Default)
	add(&s.callDuration, "sip_call_duration", metrics.Trend, metrics.Time)
	add(&s.delivery, "sip_invite_delivery_time", metrics.Trend, metrics.Time)
	add(&s.firstResponse, "sip_invite_first_response_time", metrics.Trend, metrics.Time)
	add(&s.retransmissions, "sip_retransmissions", metrics.Counter, metrics.Default)
	add(&s.expectFailed, "sip_expect_failed", metrics.Counter, metrics.Default)
	add(&s.calls, "sip_calls", metrics.Counter, metrics.Default)
	add(&s.results, "sip_call_results", metrics.Counter, metrics.Default)
	add(&s.packetsSent, "rtp_packets_sent", metrics.Counter, metrics.Default)
	add(&s.packetsReceived, "rtp_packets_received", metrics.Counter, metrics.Default)
	add(&s.packetsLost, "rtp_packets_lost", metrics.Counter, metrics.Default)
	add(&s.jitter, "rtp_jitter", metrics.Trend, metrics.Time)
	add(&s.heard, "rtp_audio_heard", metrics.Rate, metrics.Default)
	add(&s.legs, "rtp_legs", metrics.Counter, metrics.Default)
	add(&s.score, "rtp_audio_score", metrics.Trend, metrics.Default)
	add(&s.mismatch, "rtp_audio_mismatch", metrics.Trend, metrics.Default)
	if failed != nil {
		return nil, failed
	}
	p.set, p.registry = s, registry
	return s, nil
}

// collector keeps samples until a VU hands them to k6.
type collector struct {
	mu      sync.Mutex
	waiting []metrics.Sample
}

func (c *collector) put(sample ...metrics.Sample) {
	c.mu.Lock()
	c.waiting = append(c.waiting, sample...)
	c.mu.Unlock()
}

func (c *collector) takeAll() []metrics.Sample {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.waiting
	c.waiting = nil
	return all
}

// flush hands what waits to k6. Every method that a script calls ends with it.
func (i *instance) flush() {
	state := i.vu.State()
	if state == nil {
		return
	}
	if all := i.process.samples.takeAll(); len(all) > 0 {
		metrics.PushIfNotDone(i.vu.Context(), state.Samples, metrics.Samples(all))
	}
}

// observer turns what happens to one call or device into samples with the tags of the VU that began it.
type observer struct {
	set  *metricSet
	into *collector
	tags *metrics.TagSet
	meta map[string]string
}

func (i *instance) observer(device string) *observer {
	current := i.vu.State().Tags.GetCurrentValues()
	tags := current.Tags
	if i.process.current().deviceTag {
		tags = tags.With("device", device)
	}
	return &observer{set: i.metrics, into: &i.process.samples, tags: tags, meta: current.Metadata}
}

func (o *observer) sample(metric *metrics.Metric, tags *metrics.TagSet, value float64, now time.Time) metrics.Sample {
	return metrics.Sample{TimeSeries: metrics.TimeSeries{Metric: metric, Tags: tags}, Time: now, Value: value, Metadata: o.meta}
}

func statusText(status int) string {
	if status == 0 {
		return "timeout"
	}
	return strconv.Itoa(status)
}

// Request implements phone.Observer.
func (o *observer) Request(method string, status int, took time.Duration) {
	now := time.Now()
	byMethod := o.tags.With("method", method)
	tags := byMethod.With("status", statusText(status))
	challenge := status == 401 || status == 407
	// 487 is what a CANCEL of ours asks for.
	failed := (status == 0 || status >= 300) && !challenge && status != 487
	samples := []metrics.Sample{o.sample(o.set.requests, tags, 1, now), o.sample(o.set.requestDuration, tags, metrics.D(took), now)}
	if !challenge {
		samples = append(samples, o.sample(o.set.failedRequests, byMethod, metrics.B(failed), now))
	}
	o.into.put(samples...)
}

// FirstResponse implements phone.Observer.
func (o *observer) FirstResponse(took time.Duration) {
	o.into.put(o.sample(o.set.firstResponse, o.tags.With("method", "INVITE"), metrics.D(took), time.Now()))
}

// Ringing implements phone.Observer.
func (o *observer) Ringing(took time.Duration) {
	o.into.put(o.sample(o.set.postDial, o.tags, metrics.D(took), time.Now()))
}

// Answered implements phone.Observer.
func (o *observer) Answered(took time.Duration) {
	now := time.Now()
	o.into.put(o.sample(o.set.setup, o.tags, metrics.D(took), now), o.sample(o.set.calls, o.tags.With("phase", "answered"), 1, now))
}

// Retransmitted implements phone.Observer.
func (o *observer) Retransmitted(method string, status int) {
	tags := o.tags.With("method", method).With("kind", "request")
	if status != 0 {
		tags = o.tags.With("method", method).With("kind", "response").With("status", strconv.Itoa(status))
	}
	o.into.put(o.sample(o.set.retransmissions, tags, 1, time.Now()))
}

// Registered implements phone.Observer.
func (o *observer) Registered() { o.into.put(o.sample(o.set.registrations, o.tags, 1, time.Now())) }

func (o *observer) expectFailed(what string) {
	o.into.put(o.sample(o.set.expectFailed, o.tags.With("expect", what), 1, time.Now()))
}

// Ended implements phone.Observer.
func (o *observer) Ended(c *phone.Call) {
	now := time.Now()
	by, status, answered, talk, stream, codec := c.Figures()
	var samples []metrics.Sample
	if c.Outgoing {
		result := "failure"
		switch {
		case answered:
			result = "success"
		case by == phone.ByLocal || by == phone.ByTimeout:
			result = "cancelled"
		}
		tags := o.tags.With("status", statusText(status))
		if result != "cancelled" {
			samples = append(samples, o.sample(o.set.success, tags, metrics.B(answered), now))
		}
		samples = append(samples, o.sample(o.set.results, tags.With("result", result), 1, now))
		if answered {
			samples = append(samples,
				o.sample(o.set.callDuration, o.tags.With("ended_by", by), metrics.D(talk), now),
				o.sample(o.set.calls, o.tags.With("phase", "ended"), 1, now))
		}
	}
	if stream != nil && answered {
		direction := "in"
		if c.Outgoing {
			direction = "out"
		}
		stats, heard := stream.Stats(), stream.Heard()
		tags := o.tags.With("codec", codec).With("direction", direction)
		samples = append(samples,
			o.sample(o.set.packetsSent, tags, float64(stats.Sent), now),
			o.sample(o.set.packetsReceived, tags, float64(stats.Received), now),
			o.sample(o.set.packetsLost, tags, float64(stats.Lost), now),
			o.sample(o.set.jitter, tags, stats.Jitter, now),
			o.sample(o.set.heard, tags, metrics.B(heard), now),
			o.sample(o.set.legs, tags.With("heard", strconv.FormatBool(heard)), 1, now))
	}
	o.into.put(samples...)
}
