package sip

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"mediaservice.example/load/sip/internal/media"
	"mediaservice.example/load/sip/internal/sdp"
)

// mediaSettings are those that a device may set for itself, and a call for itself again.
type mediaSettings struct {
	off        bool
	codecs     []uint8
	source     *media.Source
	heardLevel float64
	record     recordMode
	recordDir  string
}

type recordMode int

const (
	recordNothing recordMode = iota
	recordAll
	recordFailures
)

// settings of the process.
type settings struct {
	localIP       string
	registerRate  float64
	ringTimeout   time.Duration
	expectTimeout time.Duration
	trace         bool
	deviceTag     bool
	metricsAddr   string
	media         mediaSettings
}

func defaults() settings {
	return settings{
		ringTimeout: 3 * time.Minute, expectTimeout: 30 * time.Second,
		media: mediaSettings{codecs: []uint8{sdp.PCMU, sdp.PCMA}, source: media.Tone(1000, -20), heardLevel: -45},
	}
}

// duration reads '500ms', '1m30s', a number of seconds, or such a number as text.
func duration(value any) (time.Duration, error) {
	seconds := math.NaN()
	switch v := value.(type) {
	case int64:
		seconds = float64(v)
	case float64:
		seconds = v
	case string:
		text := strings.TrimSpace(v)
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			seconds = n
		} else if d, err := time.ParseDuration(text); err == nil && d >= 0 {
			return d, nil
		}
	}
	if !(seconds >= 0 && seconds < 1e9) {
		return 0, fmt.Errorf("%v is not a duration: write '500ms', '10s', '1m30s' or a number of seconds", value)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

func number(value any) (float64, error) {
	switch v := value.(type) {
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	case string:
		if n, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
			return n, nil
		}
	}
	return 0, fmt.Errorf("%v is not a number", value)
}

// boolean reads true, false, and what a CSV file makes of them.
func boolean(value any) (bool, error) {
	switch v := value.(type) {
	case bool:
		return v, nil
	case string:
		switch strings.ToLower(v) {
		case "true", "1":
			return true, nil
		case "false", "0", "":
			return false, nil
		}
	case int64:
		return v != 0, nil
	}
	return false, fmt.Errorf("%v is not true or false", value)
}

var codecNames = map[string]uint8{"PCMU": sdp.PCMU, "ULAW": sdp.PCMU, "G711U": sdp.PCMU, "PCMA": sdp.PCMA, "ALAW": sdp.PCMA, "G711A": sdp.PCMA}

func codecList(value any) ([]uint8, error) {
	var names []string
	switch v := value.(type) {
	case string:
		names = strings.Split(v, ",")
	case []any:
		for _, one := range v {
			names = append(names, fmt.Sprint(one))
		}
	}
	var out []uint8
	for _, name := range names {
		codec, ok := codecNames[strings.ToUpper(strings.TrimSpace(name))]
		if !ok {
			return nil, fmt.Errorf("codec %q is not known: PCMU and PCMA are", name)
		}
		out = append(out, codec)
	}
	if len(out) == 0 {
		return nil, errors.New("codecs is empty")
	}
	return out, nil
}

// take reads one media setting; false: it is none of them.
func (m *mediaSettings) take(name string, value any) (known bool, err error) {
	switch name {
	case "media":
		on := false
		on, err = boolean(value)
		m.off = !on
	case "codecs":
		m.codecs, err = codecList(value)
	case "audio":
		switch v := value.(type) {
		case *Audio:
			m.source = v.source
		case string:
			switch v {
			case "tone":
				m.source = media.Tone(1000, -20)
			case "silence":
				m.source = media.Silence()
			default:
				err = fmt.Errorf("audio %q is not known: 'tone', 'silence', sip.audio() or sip.tone()", v)
			}
		default:
			err = errors.New("audio: 'tone', 'silence', sip.audio() or sip.tone() is expected")
		}
	case "heardLevel":
		m.heardLevel, err = number(value)
	case "record":
		if value == "onFailure" {
			m.record = recordFailures
			if m.recordDir == "" {
				m.recordDir = "recordings"
			}
		} else {
			on := false
			on, err = boolean(value)
			m.record = recordNothing
			if on {
				m.record = recordAll
			}
		}
	case "recordDir":
		m.recordDir = fmt.Sprint(value)
	default:
		return false, nil
	}
	return true, err
}

// take reads one setting of the process.
func (s *settings) take(name string, value any) (err error) {
	if value == nil {
		return nil
	}
	switch name {
	case "localIP":
		s.localIP = fmt.Sprint(value)
	case "registerRate":
		s.registerRate, err = number(value)
	case "ringTimeout":
		s.ringTimeout, err = duration(value)
	case "expectTimeout":
		s.expectTimeout, err = duration(value)
	case "trace":
		s.trace, err = boolean(value)
	case "deviceTag":
		s.deviceTag, err = boolean(value)
	case "metricsAddr":
		s.metricsAddr = fmt.Sprint(value)
	default:
		known := false
		if known, err = s.media.take(name, value); !known {
			return fmt.Errorf("option %q is not known", name)
		}
	}
	return err
}
