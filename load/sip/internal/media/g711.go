// Package media sends and receives the RTP of calls: G.711, RFC 4733 events, statistics of RFC 3550, and what was heard.
package media

import "math"

// Law is one of the two laws of G.711, by its payload type of RFC 3551.
type Law uint8

// The laws.
const (
	ULaw Law = 0
	ALaw Law = 8
)

// String is the codec's name in SDP.
func (l Law) String() string {
	if l == ALaw {
		return "PCMA"
	}
	return "PCMU"
}

func (l Law) silence() byte {
	if l == ALaw {
		return 0xd5
	}
	return 0xff
}

var (
	ulawToPCM, alawToPCM [256]int16
	ulawToA, alawToU     [256]byte
	// Squares of the samples with full scale as 1, for levels.
	ulawPower, alawPower [256]float32
)

func init() {
	for i := range 256 {
		ulawToPCM[i] = decodeULaw(byte(i))
		alawToPCM[i] = decodeALaw(byte(i))
		u, a := float32(ulawToPCM[i])/32768, float32(alawToPCM[i])/32768
		ulawPower[i], alawPower[i] = u*u, a*a
	}
	for i := range 256 {
		ulawToA[i] = encodeALaw(ulawToPCM[i])
		alawToU[i] = encodeULaw(alawToPCM[i])
	}
}

func decodeULaw(code byte) int16 {
	code = ^code
	magnitude := ((int(code&0x0f) << 3) + 0x84) << (code >> 4 & 7)
	magnitude -= 0x84
	if code&0x80 != 0 {
		return int16(-magnitude)
	}
	return int16(magnitude)
}

func encodeULaw(sample int16) byte {
	value, sign := int(sample), byte(0)
	if value < 0 {
		value, sign = -value, 0x80
	}
	value = min(value, 32635) + 0x84
	exponent := 7
	for mask := 0x4000; exponent > 0 && value&mask == 0; mask >>= 1 {
		exponent--
	}
	return ^(sign | byte(exponent<<4) | byte(value>>(exponent+3)&0x0f))
}

func decodeALaw(code byte) int16 {
	code ^= 0x55
	magnitude := int(code&0x0f)<<4 + 8
	if segment := code >> 4 & 7; segment > 0 {
		magnitude = (magnitude + 0x100) << (segment - 1)
	}
	if code&0x80 == 0 {
		return int16(-magnitude)
	}
	return int16(magnitude)
}

func encodeALaw(sample int16) byte {
	value, sign := int(sample), byte(0x80)
	if value < 0 {
		value, sign = -value-1, 0
	}
	value >>= 4
	var code byte
	if value < 16 {
		code = byte(value)
	} else {
		segment := 1
		for value >= 16<<segment {
			segment++
		}
		code = byte(segment<<4) | byte(value>>(segment-1)&0x0f)
	}
	return (sign | code) ^ 0x55
}

func encode(law Law, samples []int16) []byte {
	out := make([]byte, len(samples))
	for i, sample := range samples {
		if law == ALaw {
			out[i] = encodeALaw(sample)
		} else {
			out[i] = encodeULaw(sample)
		}
	}
	return out
}

func decodeInto(out []int16, law Law, codes []byte) {
	table := &ulawToPCM
	if law == ALaw {
		table = &alawToPCM
	}
	for i, code := range codes {
		out[i] = table[code]
	}
}

// power is the mean power of coded samples, full scale 1.
func power(law Law, codes []byte) float32 {
	table := &ulawPower
	if law == ALaw {
		table = &alawPower
	}
	var sum float32
	for _, code := range codes {
		sum += table[code]
	}
	return sum / float32(max(len(codes), 1))
}

// powerOf turns a level into mean power. A sine of full scale has 0 dBFS, so its mean power is a half.
func powerOf(dbfs float64) float32 { return float32(math.Pow(10, dbfs/10) / 2) }
