// Package sip is the k6 module k6/x/sip: SIP subscribers that scripts drive. Its names, arguments, results and metrics are those that
// the documentation of xk6-sip v0.4.0 gives, as far as the load scenarios use them; the code is this kit's own.
package sip

import (
	"github.com/grafana/sobek"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"

	"mediaservice.example/load/sip/internal/media"
)

func init() { modules.Register("k6/x/sip", &root{process: newProcess()}) }

// root makes an instance for each VU; all of them share one process.
type root struct{ process *process }

// NewModuleInstance implements modules.Module.
func (r *root) NewModuleInstance(vu modules.VU) modules.Instance {
	registered, err := r.process.register(vu.InitEnv().Registry)
	if err != nil {
		common.Throw(vu.Runtime(), err)
	}
	return &instance{vu: vu, process: r.process, metrics: registered}
}

// instance is the module as one VU sees it.
type instance struct {
	vu      modules.VU
	process *process
	metrics *metricSet
}

// Exports implements modules.Instance.
func (i *instance) Exports() modules.Exports {
	named := map[string]any{"Device": i.newDevice, "options": i.options, "audio": i.audio, "tone": i.tone, "shutdown": i.shutdown}
	object := i.vu.Runtime().NewObject()
	for _, name := range []string{"Device", "options", "audio", "tone", "shutdown"} {
		if err := object.Set(name, named[name]); err != nil {
			common.Throw(i.vu.Runtime(), err)
		}
	}
	return modules.Exports{Default: object, Named: named}
}

// Audio is what calls send, or what compareAudio compares with.
type Audio struct{ source *media.Source }

func (i *instance) audio(data sobek.ArrayBuffer) *Audio {
	source, err := i.process.sound(data.Bytes())
	if err != nil {
		i.throw("sip.audio: " + err.Error())
	}
	return &Audio{source}
}

func (i *instance) tone(hertz, dbfs sobek.Value) *Audio {
	frequency, level := 1000.0, -20.0
	if given(hertz) {
		frequency = hertz.ToFloat()
	}
	if given(dbfs) {
		level = dbfs.ToFloat()
	}
	if !(frequency > 0 && frequency < media.Rate/2) {
		i.throw("sip.tone: the frequency has to be above 0 and below 4000 Hz")
	}
	return &Audio{i.process.toneOf(frequency, level)}
}

func (i *instance) options(value sobek.Value) {
	if i.vu.State() != nil {
		i.throw("sip.options can be called in the init context only")
	}
	if err := i.process.configure(i.fields(value)); err != nil {
		i.throw("sip.options: " + err.Error())
	}
}

func (i *instance) shutdown() {
	if i.vu.State() == nil {
		i.throw("sip.shutdown cannot be called in the init context")
	}
	i.process.shutdown()
	i.flush()
}

func (i *instance) throw(text string) { common.Throw(i.vu.Runtime(), scriptError(text)) }

type scriptError string

func (e scriptError) Error() string { return string(e) }

// fields reads an object of options; nothing is an empty one.
func (i *instance) fields(value sobek.Value) map[string]any {
	if !given(value) {
		return map[string]any{}
	}
	fields, ok := value.Export().(map[string]any)
	if !ok {
		i.throw("an object of options is expected")
	}
	return fields
}

func given(value sobek.Value) bool {
	return value != nil && !sobek.IsUndefined(value) && !sobek.IsNull(value)
}
