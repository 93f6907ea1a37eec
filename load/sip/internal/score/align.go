package score

import (
	"math"
	"slices"
)

// places are the offsets, in steps, at which the reference may begin in the recording, the likeliest ones.
func (r *reference) places(levels []float64) []int {
	if r.steady {
		for i, level := range levels {
			if level > -60 {
				return []int{i}
			}
		}
		return []int{0}
	}
	wanted, heard := contour(r.envelope, r.loudest), contour(levels, slices.Max(levels))
	least := len(wanted) / 2
	type place struct {
		at    int
		value float64
	}
	var found []place
	for at := -(len(wanted) - least); at <= len(heard)-min(least, len(heard)); at++ {
		from, to := max(0, -at), min(len(wanted), len(heard)-at)
		if to-from < 3 {
			continue
		}
		value := likeness(wanted[from:to], heard[at+from:at+to])
		// Whole matches are worth more than halves.
		value *= 0.5 + 0.5*math.Sqrt(float64(to-from)/float64(len(wanted)))
		found = append(found, place{at, value})
	}
	slices.SortFunc(found, func(a, b place) int {
		switch {
		case a.value > b.value:
			return -1
		case a.value < b.value:
			return 1
		}
		return a.at - b.at
	})
	var out []int
	for _, p := range found {
		near := slices.ContainsFunc(out, func(other int) bool { return max(p.at-other, other-p.at) <= 3 })
		if !near {
			out = append(out, p.at)
		}
		if len(out) == 2 {
			break
		}
	}
	return out
}

// loop is the offset, in steps, of a reference that loops.
func (r *reference) loop(levels []float64) int {
	wanted, heard := contour(r.envelope, r.loudest), contour(levels, slices.Max(levels))
	n := len(wanted)
	best, most := 0, -2.0
	turned := make([]float64, n)
	for at := range n {
		for i := range turned {
			turned[i] = heard[min((i+at)%n, len(heard)-1)]
		}
		if value := likeness(wanted, turned); value > most {
			best, most = at, value
		}
	}
	return best
}

// ends are where the last and the first stretch of a length begin, silence at both ends of the recording left out.
func ends(levels []float64, length, stretch int) []int {
	first, last := 0, len(levels)
	for first < last && levels[first] < -60 {
		first++
	}
	for last > first && levels[last-1] < -60 {
		last--
	}
	within := func(from int) int { return max(0, min(from, length-stretch)) }
	if last == len(levels) {
		return []int{length - stretch, within(first * step)}
	}
	return []int{within(last*step - stretch), within(first * step)}
}

// contour makes levels comparable: 0 for silence, 1 for the loudest.
func contour(levels []float64, loudest float64) []float64 {
	out := make([]float64, len(levels))
	for i, level := range levels {
		out[i] = math.Max(0, 1+(level-loudest)/depth)
	}
	return out
}

// likeness is the correlation of two rows.
func likeness(a, b []float64) float64 {
	var sumA, sumB, ab, aa, bb float64
	for i, x := range a {
		y := b[i]
		sumA += x
		sumB += y
		ab += x * y
		aa += x * x
		bb += y * y
	}
	n := float64(len(a))
	ab -= sumA * sumB / n
	aa -= sumA * sumA / n
	bb -= sumB * sumB / n
	if aa <= 1e-9 || bb <= 1e-9 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

const (
	piece = 1200 // samples of which the waveform is compared
	reach = 120  // samples to both sides
)

// refine moves the offset by up to 15 ms to where the waveforms fit best.
func refine(wanted, heard []int16, offset int) int {
	return fine(wanted, offset, func(i int) (int16, bool) {
		if i < 0 || i >= len(heard) {
			return 0, false
		}
		return heard[i], true
	}, max(0, -offset), min(len(wanted), len(heard)-offset))
}

func refineLoop(wanted, heard []int16, offset int) int {
	n := len(wanted)
	return fine(wanted, offset, func(i int) (int16, bool) { return heard[(i%n+n)%n], true }, 0, n)
}

func fine(wanted []int16, offset int, heard func(int) (int16, bool), from, to int) int {
	if to-from < piece+2*reach {
		return offset
	}
	starts := loudest(wanted, from+reach, to-reach-piece)
	best, most := 0, 0.0
	lags := make([]float64, 2*reach+1)
	around := make([]float64, piece+2*reach)
	for _, start := range starts {
		for i := range around {
			sample, _ := heard(offset + start - reach + i)
			around[i] = float64(sample)
		}
		norm := 1.0
		for _, x := range around {
			norm += x * x
		}
		norm = math.Sqrt(norm)
		for lag := range lags {
			sum := 0.0
			row := around[lag : lag+piece]
			for i, y := range row {
				sum += float64(wanted[start+i]) * y
			}
			lags[lag] += sum / norm
		}
	}
	for lag, value := range lags {
		if value > most {
			best, most = lag-reach, value
		}
	}
	return offset + best
}

// loudest gives the starts of the two loudest pieces, one in each half.
func loudest(samples []int16, from, to int) []int {
	var out []int
	for _, part := range [][2]int{{from, (from + to) / 2}, {(from + to) / 2, to}} {
		best, most := part[0], -1.0
		for start := part[0]; start <= part[1]; start += piece / 2 {
			sum := 0.0
			for i := start; i < start+piece; i += 4 {
				sum += float64(samples[i]) * float64(samples[i])
			}
			if sum > most {
				best, most = start, sum
			}
		}
		out = append(out, best)
	}
	return out
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
