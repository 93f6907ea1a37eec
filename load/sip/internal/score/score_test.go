package score

import (
	"math"
	"math/rand/v2"
	"testing"
)

// voice makes sound that changes as speech does: syllables of harmonics with moving formants, and pauses.
func voice(seed uint64, seconds float64) []int16 {
	random := rand.New(rand.NewPCG(seed, 1))
	out := make([]int16, int(seconds*rate))
	for at := 0; at < len(out); {
		length := 700 + random.IntN(1000)
		pitch := 90 + 120*random.Float64()
		formants := []float64{300 + 600*random.Float64(), 900 + 1200*random.Float64(), 2200 + 1000*random.Float64()}
		for i := 0; i < length && at+i < len(out); i++ {
			sum := 0.0
			for h := 1.0; h*pitch < 3400; h++ {
				gain := 0.02
				for _, f := range formants {
					gain += 1 / (1 + math.Pow((h*pitch-f)/120, 2))
				}
				sum += gain * math.Sin(2*math.Pi*h*pitch*float64(i)/rate)
			}
			out[at+i] = int16(1500 * sum * math.Sin(math.Pi*float64(i)/float64(length)))
		}
		at += length + 200 + random.IntN(600)
	}
	return out
}

func with(samples []int16, change func(i int, x float64) float64) []int16 {
	out := make([]int16, len(samples))
	for i, x := range samples {
		out[i] = int16(math.Max(-32768, math.Min(32767, change(i, float64(x)))))
	}
	return out
}

func delayed(samples []int16, by int) []int16 { return append(make([]int16, by), samples...) }

func rotated(samples []int16, by int) []int16 {
	return append(append([]int16{}, samples[by:]...), samples[:by]...)
}

func tone(hertz float64, seconds float64) []int16 {
	out := make([]int16, int(seconds*rate))
	for i := range out {
		out[i] = int16(3000 * math.Sin(2*math.Pi*hertz*float64(i)/rate))
	}
	return out
}

func TestScore(t *testing.T) {
	reference, beside := voice(1, 3), voice(3, 3)
	random := rand.New(rand.NewPCG(9, 9))
	lost := func(share float64) []int16 {
		gone := make([]bool, len(reference)/160+1)
		for i := range gone {
			gone[i] = random.Float64() < share
		}
		return with(reference, func(i int, x float64) float64 {
			if gone[i/160] {
				return 0
			}
			return x
		})
	}
	for _, row := range []struct {
		name         string
		heard        []int16
		least, most  float64
		offset, gaps [2]int
	}{
		{"the same", reference, 0.99, 1, [2]int{0, 0}, [2]int{0, 0}},
		{"later by 1234 samples", delayed(reference, 1234), 0.98, 1, [2]int{154, 155}, [2]int{0, 0}},
		{"12 dB quieter", with(delayed(reference, 777), func(_ int, x float64) float64 { return x / 4 }), 0.97, 1, [2]int{97, 98}, [2]int{0, 0}},
		{"its first 600 ms are not there", reference[4800:], 0.75, 0.85, [2]int{-601, -599}, [2]int{400, 620}},
		{"its first half is not there", reference[12000:], 0.4, 0.6, [2]int{-1501, -1499}, [2]int{1100, 1600}},
		{"its first 100 ms and no more", reference[:800], 0, 0.1, [2]int{-3000, 3000}, [2]int{2000, 3000}},
		{"its first 120 ms in a recording as long", append(append([]int16{}, reference[:960]...), make([]int16, 25000)...), 0, 0.1, [2]int{-3000, 3000}, [2]int{2000, 3000}},
		{"its first half and no more", reference[:12000], 0.4, 0.6, [2]int{0, 0}, [2]int{1000, 1600}},
		{"its last packet is not there", reference[:len(reference)-160], 0.97, 1, [2]int{0, 0}, [2]int{0, 20}},
		{"a loop that began in the middle", rotated(reference, 9000), 0.95, 1, [2]int{-2000, 3000}, [2]int{0, 60}},
		{"ringing first, then a loop from its middle", append(tone(425, 0.7), append(rotated(reference, 9000), rotated(reference, 9000)[:2400]...)...), 0.95, 1, [2]int{-3000, 6000}, [2]int{0, 60}},
		{"a loop that ends with silence", append(append(make([]int16, 900), rotated(reference, 15000)...), make([]int16, 1600)...), 0.9, 1, [2]int{-3000, 6000}, [2]int{0, 300}},
		{"some noise", with(reference, func(_ int, x float64) float64 { return x + 60*random.NormFloat64() }), 0.9, 1, [2]int{0, 1}, [2]int{0, 0}},
		{"one packet in fifty lost", lost(0.02), 0.85, 0.995, [2]int{0, 1}, [2]int{20, 200}},
		{"one packet in five lost", lost(0.2), 0.3, 0.85, [2]int{0, 1}, [2]int{300, 800}},
		{"another voice", voice(2, 3), 0, 0.5, [2]int{-2000, 3000}, [2]int{0, 3000}},
		{"noise alone", with(reference, func(int, float64) float64 { return 2000 * random.NormFloat64() }), 0, 0.3, [2]int{-2000, 3000}, [2]int{0, 3000}},
		{"silence", make([]int16, len(reference)), 0, 0.05, [2]int{-3000, 3000}, [2]int{0, 3000}},
		{"another voice at half its level beside it", with(reference, func(i int, x float64) float64 { return x + float64(beside[i])/2 }), 0.5, 0.95, [2]int{-20, 20}, [2]int{0, 0}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, ok := Compare(reference, row.heard)
			if !ok {
				t.Fatal("nothing was compared")
			}
			if testing.Verbose() {
				t.Logf("%+v", got)
			}
			if got.Score < row.least || got.Score > row.most {
				t.Errorf("score %.3f is not in %.2f..%.2f", got.Score, row.least, row.most)
			}
			if got.OffsetMs < row.offset[0] || got.OffsetMs > row.offset[1] {
				t.Errorf("offset %d is not in %v", got.OffsetMs, row.offset)
			}
			if got.GapsMs < row.gaps[0] || got.GapsMs > row.gaps[1] {
				t.Errorf("gaps %d are not in %v", got.GapsMs, row.gaps)
			}
		})
	}
}

func TestClippedStartAndGain(t *testing.T) {
	reference := voice(4, 3)
	heard := with(reference, func(i int, x float64) float64 {
		if i < 2400 {
			return 0
		}
		return x * 2
	})
	got, ok := Compare(reference, heard)
	if !ok || got.ClippedStartMs < 200 || got.ClippedStartMs > 300 || math.Abs(got.GainDB-6) > 0.5 {
		t.Errorf("got %+v", got)
	}
}

func TestClippedStartBeforeTheRecording(t *testing.T) {
	got, ok := Compare(voice(4, 3), voice(4, 3)[2400:])
	if !ok || got.ClippedStartMs < 200 || got.ClippedStartMs > 300 || got.ClippedStartMs != got.GapsMs {
		t.Errorf("got %+v", got)
	}
}

func TestTones(t *testing.T) {
	reference := tone(1000, 1)
	if got, ok := Compare(reference, delayed(tone(1000, 2), 400)); !ok || got.Score < 0.95 {
		t.Errorf("the same tone: %+v %v", got, ok)
	}
	if got, ok := Compare(reference, tone(1500, 2)); !ok || got.Score > 0.6 {
		t.Errorf("another tone: %+v %v", got, ok)
	}
}

func TestTooLittle(t *testing.T) {
	if _, ok := Compare(voice(1, 1), make([]int16, 100)); ok {
		t.Error("12 ms were compared")
	}
	if _, ok := Compare(make([]int16, 8000), voice(1, 1)); ok {
		t.Error("a silent reference was compared")
	}
}

func BenchmarkCompare(b *testing.B) {
	reference := voice(1, 3)
	heard := delayed(reference, 1234)
	for b.Loop() {
		Compare(reference, heard)
	}
}

func BenchmarkCompareLong(b *testing.B) {
	reference := voice(1, 3)
	heard := delayed(reference, 27*rate)
	for b.Loop() {
		Compare(reference, heard)
	}
}
