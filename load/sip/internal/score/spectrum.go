package score

import "math"

var (
	shape    [window]float64 // Hann
	cosines  [window / 2]float64
	sines    [window / 2]float64
	reversed [window]int
	bandOf   [window/2 + 1]int // -1: outside
)

func init() {
	for i := range window {
		shape[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/window)
		for bit, n := 1, i; bit < window; bit <<= 1 {
			reversed[i] = reversed[i]<<1 | n&1
			n >>= 1
		}
	}
	for i := range window / 2 {
		cosines[i], sines[i] = math.Cos(2*math.Pi*float64(i)/window), -math.Sin(2*math.Pi*float64(i)/window)
	}
	// Bands as wide as the ear's, roughly: equal steps of log(f + 600).
	low, high := math.Log(lowest+600.0), math.Log(top+600.0)
	for bin := range bandOf {
		hertz := float64(bin) * rate / window
		bandOf[bin] = -1
		if hertz >= lowest && hertz <= top {
			bandOf[bin] = min(bands-1, int((math.Log(hertz+600)-low)/(high-low)*bands))
		}
	}
}

// spectrogram is the level of each band in dB, a row for each window.
func spectrogram(samples []int16) [][bands]float64 {
	if len(samples) < window {
		return nil
	}
	out := make([][bands]float64, (len(samples)-window)/hop+1)
	var re, im [window]float64
	// Two windows at once: one in the real part, one in the imaginary one.
	for i := 0; i < len(out); i += 2 {
		second := samples[min(i+1, len(out)-1)*hop:]
		first := samples[i*hop:]
		for k := range window {
			re[reversed[k]] = float64(first[k]) / 32768 * shape[k]
			im[reversed[k]] = float64(second[k]) / 32768 * shape[k]
		}
		transform(&re, &im)
		var a, b [bands]float64
		for bin := 1; bin < window/2; bin++ {
			band := bandOf[bin]
			if band < 0 {
				continue
			}
			mirror := window - bin
			ar, ai := (re[bin]+re[mirror])/2, (im[bin]-im[mirror])/2
			br, bi := (im[bin]+im[mirror])/2, (re[mirror]-re[bin])/2
			a[band] += ar*ar + ai*ai
			b[band] += br*br + bi*bi
		}
		for band := range bands {
			out[i][band] = 10 * math.Log10(a[band]+1e-12)
			if i+1 < len(out) {
				out[i+1][band] = 10 * math.Log10(b[band]+1e-12)
			}
		}
	}
	return out
}

// transform is a Fourier transform in place of input in bit-reversed order.
func transform(re, im *[window]float64) {
	for size := 2; size <= window; size <<= 1 {
		half, stride := size/2, window/size
		for start := 0; start < window; start += size {
			for k := range half {
				c, s := cosines[k*stride], sines[k*stride]
				i, j := start+k, start+k+half
				x, y := re[j]*c-im[j]*s, re[j]*s+im[j]*c
				re[j], im[j] = re[i]-x, im[i]-y
				re[i] += x
				im[i] += y
			}
		}
	}
}

// envelope is the level of each step in dB of full scale.
func envelope(samples []int16) []float64 {
	out := make([]float64, len(samples)/step)
	for i := range out {
		sum := 0.0
		for _, sample := range samples[i*step : (i+1)*step] {
			x := float64(sample) / 32768
			sum += x * x
		}
		out[i] = 10 * math.Log10(sum/step+1e-10)
	}
	return out
}
