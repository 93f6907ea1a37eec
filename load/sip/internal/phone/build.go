package phone

import (
	"math/rand/v2"
	"strconv"

	"mediaservice.example/load/sip/internal/message"
)

const (
	allow = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE\r\n"
	agent = "User-Agent: mediaservice-load\r\n"
)

// token is a random word for tags, branches and Call-IDs.
func token() string { return strconv.FormatUint(rand.Uint64(), 36) }

func newBranch() string { return "z9hG4bK" + token() }

// head is what every request begins with.
type head struct {
	method, uri, host, branch string
	from, to, callID          string
	cseq                      uint32
	routes                    []string
}

func (h *head) append(out []byte) []byte {
	out = append(out, h.method...)
	out = append(out, ' ')
	out = append(out, h.uri...)
	out = append(out, " SIP/2.0\r\nVia: SIP/2.0/UDP "...)
	out = append(out, h.host...)
	out = append(out, ";branch="...)
	out = append(out, h.branch...)
	out = append(out, ";rport\r\nMax-Forwards: 70\r\n"...)
	for _, route := range h.routes {
		out = appendHeader(out, "Route", route)
	}
	out = appendHeader(out, "From", h.from)
	out = appendHeader(out, "To", h.to)
	out = appendHeader(out, "Call-ID", h.callID)
	out = append(out, "CSeq: "...)
	out = strconv.AppendUint(out, uint64(h.cseq), 10)
	out = append(out, ' ')
	out = append(out, h.method...)
	return append(out, "\r\n"...)
}

func appendHeader(out []byte, name, value string) []byte {
	out = append(out, name...)
	out = append(out, ": "...)
	out = append(out, value...)
	return append(out, "\r\n"...)
}

// finish ends a message; body nil: none.
func finish(out, body []byte) []byte {
	if body != nil {
		out = append(out, "Content-Type: application/sdp\r\n"...)
	}
	out = append(out, "Content-Length: "...)
	out = strconv.AppendInt(out, int64(len(body)), 10)
	out = append(out, "\r\n\r\n"...)
	return append(out, body...)
}

// response copies what section 8.2.6.2 has copied; more are whole header lines.
func response(m *message.Message, status int, reason, tag, more string, body []byte) []byte {
	out := make([]byte, 0, 512+len(body))
	out = append(out, "SIP/2.0 "...)
	out = strconv.AppendInt(out, int64(status), 10)
	out = append(out, ' ')
	out = append(out, reason...)
	out = append(out, "\r\n"...)
	for i := range m.Headers {
		switch h := &m.Headers[i]; h.Name {
		case "via":
			out = appendHeader(out, "Via", h.Value)
		case "record-route":
			out = appendHeader(out, "Record-Route", h.Value)
		}
	}
	out = appendHeader(out, "From", m.From)
	out = append(out, "To: "...)
	out = append(out, m.To...)
	if tag != "" && m.ToTag() == "" {
		out = append(out, ";tag="...)
		out = append(out, tag...)
	}
	out = append(out, "\r\n"...)
	out = appendHeader(out, "Call-ID", m.CallID)
	out = append(out, "CSeq: "...)
	out = strconv.AppendUint(out, uint64(m.CSeq), 10)
	out = append(out, ' ')
	out = append(out, m.CSeqMethod...)
	out = append(out, "\r\n"...)
	out = append(out, more...)
	return finish(out, body)
}
