package media

const (
	page = Rate // samples: a second
	// A call's recording ends after 15 minutes, as the documentation says.
	longest = 15 * 60 * Rate
	// A packet that is not there after so many nanoseconds is missing, and not on its way.
	overdue = int64(100e6)
)

// recording keeps what was heard, as it was coded, in its place by RTP timestamp: what is lost is silence where it belongs.
type recording struct {
	law     Law
	pages   [][]byte
	length  int
	begun   bool
	ssrc    uint32
	base    uint32 // timestamp of place 0
	firstAt int64  // arrival of place 0, nanoseconds
	lastAt  int64  // arrival of the last packet
}

func (r *recording) put(law Law, ssrc, timestamp uint32, atNanos int64, codes []byte) {
	switch {
	case !r.begun:
		r.begun, r.ssrc, r.base, r.firstAt = true, ssrc, timestamp, atNanos
	case ssrc != r.ssrc:
		// A new source goes on where the clock says.
		r.ssrc = ssrc
		r.base = timestamp - uint32((atNanos-r.firstAt)*Rate/1e9)
	}
	r.lastAt = atNanos
	place := int(int32(timestamp - r.base))
	if place < 0 || place+len(codes) > longest {
		return
	}
	if law != r.law {
		codes = other(law, codes)
	}
	r.length = max(r.length, place+len(codes))
	for len(codes) > 0 {
		index := place / page
		for len(r.pages) <= index {
			r.pages = append(r.pages, nil)
		}
		if r.pages[index] == nil {
			fresh := make([]byte, page)
			for i := range fresh {
				fresh[i] = r.law.silence()
			}
			r.pages[index] = fresh
		}
		n := copy(r.pages[index][place%page:], codes)
		codes, place = codes[n:], place+n
	}
}

func other(law Law, codes []byte) []byte {
	table := &ulawToA
	if law == ALaw {
		table = &alawToU
	}
	out := make([]byte, len(codes))
	for i, code := range codes {
		out[i] = table[code]
	}
	return out
}

func (r *recording) pcm() []int16 { return r.part(0, r.length) }

// end is what was heard last, so many milliseconds up to now: silence where nothing came any more.
func (r *recording) end(milliseconds int, nowNanos int64) []int16 {
	to := r.length
	if since := nowNanos - r.lastAt; r.begun && since > overdue {
		to += int(since*Rate/1e9) - frame // the last packet lasts as long
	}
	return r.part(to-milliseconds*Rate/1000, to)
}

// part is what is there between two places; silence before, after, and where nothing came.
func (r *recording) part(from, to int) []int16 {
	out := make([]int16, to-from)
	for i, codes := range r.pages {
		start := i * page
		first, last := max(start, from), min(start+page, to, r.length)
		if codes != nil && first < last {
			decodeInto(out[first-from:], r.law, codes[first-start:last-start])
		}
	}
	return out
}
