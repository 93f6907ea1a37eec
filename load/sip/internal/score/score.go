// Package score tells how like a reference what was heard is, without regard to delay, level and where a loop began.
//
// The reference is found in the recording by its envelope and then by its waveform; the spectrograms of both in the band of telephones
// are compared band by band, each without its mean over time. The result follows changes in time and frequency: what is lost, distorted
// or somebody else's lowers it, and so does what never came. It is no MOS.
package score

import (
	"math"
	"sync"
)

// Result of a comparison.
type Result struct {
	// Score is 0..1.
	Score float64
	// OffsetMs is where the reference begins in the recording; below 0: before it.
	OffsetMs int
	// ComparedMs is how much of the reference was compared.
	ComparedMs int
	// GapsMs is how much of the reference's speech was not heard at all, what lies outside the recording included; ClippedStartMs how
	// much of that was at its start.
	GapsMs         int
	ClippedStartMs int
	// GainDB is the level against the reference's.
	GainDB float64
}

const (
	rate = 8000
	// Envelopes.
	step   = rate / 100
	stepMs = 10
	// Spectrograms: 32 ms every 16 ms, in bands between 300 and 3400 Hz.
	window = 256
	hop    = 128
	bands  = 20
	lowest = 300
	top    = 3400
	// What is this far below the loudest is as good as silence, in dB.
	depth = 40
	// Speech of the reference is what is above this, against its loudest; heard is what is not this far below what was due.
	speechDB = -32
	gapDB    = 24
)

// reference is what is known of a reference; it is made once.
type reference struct {
	envelope []float64 // level in dB a step
	active   []bool
	loudest  float64
	spectrum [][bands]float64 // in dB, a window
	speech   []bool           // by window
	steady   bool
}

var (
	mu    sync.Mutex
	known = map[*int16]*reference{}
	// One comparison at a time: the clock that paces the packets wants the other cores.
	turn = make(chan struct{}, 1)
)

func referenceOf(pcm []int16) *reference {
	mu.Lock()
	defer mu.Unlock()
	if r := known[&pcm[0]]; r != nil && len(r.envelope) == len(pcm)/step {
		return r
	}
	r := newReference(pcm)
	if len(known) > 256 {
		clear(known)
	}
	known[&pcm[0]] = r
	return r
}

func newReference(pcm []int16) *reference {
	r := &reference{envelope: envelope(pcm), spectrum: spectrogram(pcm)}
	r.loudest = -200
	for _, level := range r.envelope {
		r.loudest = math.Max(r.loudest, level)
	}
	r.active = make([]bool, len(r.envelope))
	for i, level := range r.envelope {
		r.active[i] = level > r.loudest+speechDB
	}
	r.speech = make([]bool, len(r.spectrum))
	for i := range r.speech {
		r.speech[i] = r.active[min(i*hop/step, len(r.active)-1)] || r.active[min((i*hop+window)/step, len(r.active)-1)]
	}
	floors := peak(r.spectrum, r.speech) - depth
	r.steady = spread(r.spectrum, r.speech, floors) < 2
	return r
}

// Compare scores what was heard. false: there is too little of one of the two.
func Compare(wanted, heard []int16) (Result, bool) {
	if len(wanted) < window || len(heard) < window {
		return Result{}, false
	}
	turn <- struct{}{}
	defer func() { <-turn }()
	r := referenceOf(wanted)
	if r.loudest < -70 {
		return Result{}, false
	}
	levels := envelope(heard)
	best, ok := Result{}, false
	for _, at := range r.places(levels) {
		offset := at * step
		if !r.steady {
			offset = refine(wanted, heard, offset)
		}
		if result, fits := r.judge(heard, offset, false, len(wanted)); fits && (!ok || result.Score > best.Score) {
			best, ok = result, true
		}
	}
	// A source that loops may begin anywhere: its end was heard first, and its begin after it. What was heard before the sides were joined
	// is not of it, nor what comes when they part, so the first and the last stretch are looked at.
	if n := len(wanted); !r.steady && len(heard) >= n && (!ok || best.Score < 0.97 || best.ComparedMs < n*9/10*1000/rate) {
		for _, from := range ends(levels, len(heard), n) {
			stretch := heard[from : from+n]
			at := refineLoop(wanted, stretch, r.loop(envelope(stretch))*step)
			result, fits := r.judge(stretch, at, true, n)
			if fits && (!ok || result.Score > best.Score+0.005 || result.Score > best.Score-0.03 && result.ComparedMs > best.ComparedMs) {
				result.OffsetMs += from * 1000 / rate
				best, ok = result, true
			}
		}
	}
	return best, ok
}

// judge compares with the reference at an offset. In a loop the recording is read modulo the reference's length.
func (r *reference) judge(heard []int16, offset int, loop bool, length int) (Result, bool) {
	aligned := make([]int16, length)
	from, to := max(0, -offset), min(length, len(heard)-offset)
	if loop {
		from, to = 0, length
		for i := range aligned {
			aligned[i] = heard[((i+offset)%length+length)%length]
		}
	} else if to-from >= window {
		copy(aligned[from:to], heard[offset+from:offset+to])
	}
	if to-from < window {
		return Result{}, false
	}
	inside := func(start, size int) bool { return start >= from && start+size <= to }
	spectrum := spectrogram(aligned)
	use := make([]bool, len(r.spectrum))
	some := 0
	for i := range use {
		if use[i] = r.speech[i] && inside(i*hop, window); use[i] {
			some++
		}
	}
	if some < 2 {
		return Result{}, false
	}
	result := Result{OffsetMs: int(math.Round(float64(offset) * 1000 / rate)), ComparedMs: (to - from) * 1000 / rate}
	levels := envelope(aligned)
	result.GainDB = r.gain(levels, inside)
	result.GapsMs, result.ClippedStartMs = r.gaps(levels, result.GainDB)
	floor := peak(r.spectrum, use) - depth
	speech := 0
	for _, active := range r.active {
		if active {
			speech += stepMs
		}
	}
	// The correlation forgives short holes, as their edges fit, and knows nothing of what never came; an ear does not forgive.
	missing := float64(result.GapsMs) / float64(max(speech, 1))
	result.Score = correlate(r.spectrum, spectrum, use, floor, floor+result.GainDB, r.steady) * (1 - missing)
	return result, true
}

// gain is by how much the loud steps differ, in the middle of all of them: what is missing does not count.
func (r *reference) gain(levels []float64, inside func(start, size int) bool) float64 {
	var differences []float64
	for i, level := range levels {
		if i < len(r.active) && r.active[i] && r.envelope[i] > r.loudest-15 && inside(i*step, step) {
			differences = append(differences, level-r.envelope[i])
		}
	}
	if len(differences) == 0 {
		return 0
	}
	return median(differences)
}

func (r *reference) gaps(levels []float64, gain float64) (all, start int) {
	run, begun := 0, false
	flush := func() {
		if run >= 2 { // a single step is the edge of a sound
			all += run * stepMs
			if !begun {
				start = run * stepMs
			}
		}
		run = 0
	}
	for i, level := range levels {
		if i >= len(r.active) || !r.active[i] {
			continue
		}
		if level < math.Max(r.envelope[i]+gain-gapDB, -75) && level < -45 {
			run++
			continue
		}
		flush()
		begun = true
	}
	flush()
	return all, start
}

// correlate is the correlation of two spectrograms over the windows in use, each band without its mean; when steady, with it.
func correlate(a, b [][bands]float64, use []bool, floorA, floorB float64, steady bool) float64 {
	var meanA, meanB [bands]float64
	n := 0.0
	for i := range use {
		if !use[i] {
			continue
		}
		n++
		for k := range bands {
			meanA[k] += math.Max(a[i][k], floorA)
			meanB[k] += math.Max(b[i][k], floorB)
		}
	}
	sumA, sumB := 0.0, 0.0
	for k := range bands {
		meanA[k] /= n
		meanB[k] /= n
		sumA += meanA[k] / bands
		sumB += meanB[k] / bands
	}
	if steady {
		for k := range bands {
			meanA[k], meanB[k] = sumA, sumB
		}
	}
	var ab, aa, bb float64
	for i := range use {
		if !use[i] {
			continue
		}
		for k := range bands {
			x, y := math.Max(a[i][k], floorA)-meanA[k], math.Max(b[i][k], floorB)-meanB[k]
			ab += x * y
			aa += x * x
			bb += y * y
		}
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return math.Max(0, math.Min(1, ab/math.Sqrt(aa*bb)))
}

func peak(spectrum [][bands]float64, use []bool) float64 {
	most := -200.0
	for i := range spectrum {
		if use[i] {
			for _, level := range spectrum[i] {
				most = math.Max(most, level)
			}
		}
	}
	return most
}

// spread is how much the bands change over time, in dB.
func spread(spectrum [][bands]float64, use []bool, floor float64) float64 {
	var sum, square [bands]float64
	n := 0.0
	for i := range spectrum {
		if !use[i] {
			continue
		}
		n++
		for k, level := range spectrum[i] {
			level = math.Max(level, floor)
			sum[k] += level
			square[k] += level * level
		}
	}
	if n == 0 {
		return 0
	}
	all := 0.0
	for k := range bands {
		mean := sum[k] / n
		all += math.Max(0, square[k]/n-mean*mean) / bands
	}
	return math.Sqrt(all)
}
