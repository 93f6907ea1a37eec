package sip

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.k6.io/k6/js/modulestest"
)

func TestDurations(t *testing.T) {
	for _, row := range []struct {
		value any
		wants time.Duration
	}{{"500ms", 500 * time.Millisecond}, {"1m30s", 90 * time.Second}, {int64(10), 10 * time.Second}, {1.5, 1500 * time.Millisecond}, {"180", 3 * time.Minute}} {
		if got, err := duration(row.value); err != nil || got != row.wants {
			t.Errorf("%v: %v %v", row.value, got, err)
		}
	}
	for _, value := range []any{"soon", -1.0, true, "-5s"} {
		if got, err := duration(value); err == nil {
			t.Errorf("%v is taken for %v", value, got)
		}
	}
}

func TestSettings(t *testing.T) {
	s := defaults()
	for name, value := range map[string]any{"codecs": []any{"alaw", "G711U"}, "record": "onFailure", "media": "false", "expectTimeout": "10s", "heardLevel": int64(-50)} {
		if err := s.take(name, value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !slices.Equal(s.media.codecs, []uint8{8, 0}) || s.media.record != recordFailures || s.media.recordDir != "recordings" || !s.media.off || s.media.heardLevel != -50 {
		t.Errorf("%+v", s.media)
	}
	for name, value := range map[string]any{"codecs": "G729", "audio": "noise", "ringTimeout": "long", "colour": "red"} {
		if err := s.take(name, value); err == nil {
			t.Errorf("%s: %v is taken", name, value)
		}
	}
}

// What a script may do before the test begins, and what it may not.
func TestInitContext(t *testing.T) {
	for _, row := range []struct {
		name, script, fails string
	}{
		{"devices and their numbers", `const d = new sip.Device({ device: 'a', registrar: 'sip:example.org:5070', user: 'u', ext: 701 });
			if (d.id !== 'a' || d.identity('ext') !== '701' || d.identity('onk') !== undefined || d.isRegistered()) throw new Error('wrong');
			sip.options({ expectTimeout: '5s', codecs: 'PCMA' }); sip.tone(); sip.tone(440, -40);`, ""},
		{"no registrar", `new sip.Device({ user: 'u' })`, "registrar is missing"},
		{"a call", `new sip.Device({ registrar: 'x', register: false }).call({ callee: '1' })`, "cannot be used in the init context"},
		{"an option that is not known", `sip.options({ colour: 'red' })`, `option "colour" is not known`},
		{"no WAV", `sip.audio(new ArrayBuffer(10))`, "not a WAV file"},
		{"a tone that 8 kHz cannot carry", `sip.tone(5000)`, "below 4000 Hz"},
		{"the end", `sip.shutdown()`, "cannot be called in the init context"},
	} {
		t.Run(row.name, func(t *testing.T) {
			runtime := modulestest.NewRuntime(t)
			r := &root{process: newProcess()}
			instance := r.NewModuleInstance(runtime.VU)
			if err := runtime.VU.Runtime().Set("sip", instance.Exports().Default); err != nil {
				t.Fatal(err)
			}
			_, err := runtime.VU.Runtime().RunString(row.script)
			switch {
			case row.fails == "" && err != nil:
				t.Error(err)
			case row.fails != "" && (err == nil || !strings.Contains(err.Error(), row.fails)):
				t.Errorf("%v", err)
			}
		})
	}
}
