// Package message reads and writes SIP messages (RFC 3261, section 7) as far as a phone needs them.
//
// A message is read out of one string: every field is a part of it, so that a datagram costs two allocations however many headers it has.
package message

import (
	"errors"
	"strconv"
	"strings"
)

// Header is one header field as it came, its name in the long form and in lower case.
type Header struct {
	Name  string
	Value string
}

// Message is a request or a response.
type Message struct {
	// Method and URI are set on requests.
	Method string
	URI    string
	// Status and Reason are set on responses; Status is 0 on requests.
	Status int
	Reason string

	Headers []Header
	Body    string

	CallID     string
	From       string
	To         string
	CSeq       uint32
	CSeqMethod string
}

// Why a datagram is not a message that can be used.
var (
	ErrEmpty     = errors.New("sip: empty datagram")
	ErrStartLine = errors.New("sip: malformed start line")
	ErrHeader    = errors.New("sip: malformed header")
	ErrMissing   = errors.New("sip: Via, Call-ID, From, To or CSeq is missing")
)

// longForm maps the compact names (RFC 3261, section 7.3.3, and the registrations since) to the long ones.
var longForm = map[string]string{
	"i": "call-id", "m": "contact", "e": "content-encoding", "l": "content-length", "c": "content-type", "f": "from",
	"s": "subject", "k": "supported", "t": "to", "v": "via", "o": "event", "r": "refer-to", "b": "referred-by", "x": "session-expires",
}

// Parse reads a datagram. The message keeps the string.
func Parse(text string) (*Message, error) {
	text = strings.TrimLeft(text, "\r\n")
	if text == "" {
		return nil, ErrEmpty
	}
	line, rest := cutLine(text)
	m := &Message{Headers: make([]Header, 0, 20)}
	if err := m.startLine(line); err != nil {
		return nil, err
	}
	length := -1
	via := false
	for {
		line, rest = cutLine(rest)
		if line == "" {
			break
		}
		// A line that begins with white space goes on with the header before it (section 7.3.1).
		for rest != "" && (rest[0] == ' ' || rest[0] == '\t') {
			var more string
			more, rest = cutLine(rest)
			line += " " + strings.TrimSpace(more)
		}
		colon := strings.IndexByte(line, ':')
		if colon <= 0 {
			return nil, ErrHeader
		}
		name := canonical(strings.TrimRight(line[:colon], " \t"))
		value := strings.TrimSpace(line[colon+1:])
		m.Headers = append(m.Headers, Header{name, value})
		switch name {
		case "via":
			via = true
		case "call-id":
			m.CallID = value
		case "from":
			m.From = value
		case "to":
			m.To = value
		case "cseq":
			number, method, _ := strings.Cut(value, " ")
			n, err := strconv.ParseUint(number, 10, 32)
			if err != nil {
				return nil, ErrHeader
			}
			m.CSeq, m.CSeqMethod = uint32(n), strings.TrimSpace(method)
		case "content-length":
			if n, err := strconv.Atoi(value); err == nil {
				length = n
			}
		}
	}
	if !via || m.CallID == "" || m.From == "" || m.To == "" || m.CSeqMethod == "" {
		return nil, ErrMissing
	}
	m.Body = rest
	if length >= 0 && length < len(rest) {
		m.Body = rest[:length]
	}
	return m, nil
}

func (m *Message) startLine(line string) error {
	if after, ok := strings.CutPrefix(line, "SIP/2.0 "); ok {
		code, reason, _ := strings.Cut(after, " ")
		status, err := strconv.Atoi(code)
		if err != nil || status < 100 || status > 699 {
			return ErrStartLine
		}
		m.Status, m.Reason = status, reason
		return nil
	}
	method, after, ok := strings.Cut(line, " ")
	if !ok || method == "" {
		return ErrStartLine
	}
	uri, version, ok := strings.Cut(after, " ")
	if !ok || version != "SIP/2.0" || uri == "" {
		return ErrStartLine
	}
	m.Method, m.URI = method, uri
	return nil
}

func cutLine(text string) (line, rest string) {
	end := strings.IndexByte(text, '\n')
	if end < 0 {
		return strings.TrimRight(text, "\r"), ""
	}
	return strings.TrimRight(text[:end], "\r"), text[end+1:]
}

func canonical(name string) string {
	if len(name) == 1 {
		if long, ok := longForm[strings.ToLower(name)]; ok {
			return long
		}
	}
	// The usual spellings need no allocation.
	switch name {
	case "Via":
		return "via"
	case "From":
		return "from"
	case "To":
		return "to"
	case "Call-ID":
		return "call-id"
	case "CSeq":
		return "cseq"
	case "Contact":
		return "contact"
	case "Content-Length":
		return "content-length"
	case "Content-Type":
		return "content-type"
	case "Record-Route":
		return "record-route"
	case "Max-Forwards":
		return "max-forwards"
	case "Allow":
		return "allow"
	case "Supported":
		return "supported"
	case "User-Agent":
		return "user-agent"
	case "Server":
		return "server"
	}
	return strings.ToLower(name)
}

// Get gives the first value of a header by its long name in lower case, or "".
func (m *Message) Get(name string) string {
	for i := range m.Headers {
		if m.Headers[i].Name == name {
			return m.Headers[i].Value
		}
	}
	return ""
}

// List gives all values of a header that may be a list, comma-separated ones taken apart (section 7.3.1).
func (m *Message) List(name string) []string {
	var out []string
	for i := range m.Headers {
		if m.Headers[i].Name == name {
			out = appendList(out, m.Headers[i].Value)
		}
	}
	return out
}

func appendList(out []string, value string) []string {
	start, quoted, angle := 0, false, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == '<' && !quoted:
			angle = true
		case c == '>' && !quoted:
			angle = false
		case c == ',' && !quoted && !angle:
			out = append(out, strings.TrimSpace(value[start:i]))
			start = i + 1
		}
	}
	if last := strings.TrimSpace(value[start:]); last != "" {
		out = append(out, last)
	}
	return out
}

// Branch is the branch of the top Via, or "".
func (m *Message) Branch() string {
	via := m.Get("via")
	if comma := strings.IndexByte(via, ','); comma >= 0 {
		via = via[:comma]
	}
	return Param(via, "branch")
}

// FromTag is the tag of From, or "".
func (m *Message) FromTag() string { return Param(afterAngle(m.From), "tag") }

// ToTag is the tag of To, or "".
func (m *Message) ToTag() string { return Param(afterAngle(m.To), "tag") }

// URIOf takes the URI out of a name-addr or addr-spec (section 20.10: without angle brackets, parameters belong to the header).
func URIOf(value string) string {
	if open := openAngle(value); open >= 0 {
		if end := strings.IndexByte(value[open:], '>'); end > 0 {
			return value[open+1 : open+end]
		}
		return value[open+1:]
	}
	if semi := strings.IndexByte(value, ';'); semi >= 0 {
		value = value[:semi]
	}
	return strings.TrimSpace(value)
}

// openAngle finds the '<' that is not in a quoted display name.
func openAngle(value string) int {
	quoted := false
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '\\' && quoted:
			i++
		case value[i] == '"':
			quoted = !quoted
		case value[i] == '<' && !quoted:
			return i
		}
	}
	return -1
}

func afterAngle(value string) string {
	if open := openAngle(value); open >= 0 {
		if end := strings.IndexByte(value[open:], '>'); end >= 0 {
			return value[open+end+1:]
		}
	}
	return value
}

// User is the user part of a sip: or tel: URI, without password and parameters, or "".
func User(uri string) string {
	if tel, ok := strings.CutPrefix(uri, "tel:"); ok {
		number, _, _ := strings.Cut(tel, ";")
		return number
	}
	_, after, ok := strings.Cut(uri, ":")
	if !ok {
		after = uri
	}
	at := strings.IndexByte(after, '@')
	if at < 0 {
		return ""
	}
	user := after[:at]
	if end := strings.IndexAny(user, ":;"); end >= 0 {
		user = user[:end]
	}
	return unescape(user)
}

func unescape(text string) string {
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				out.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// HostPort is the host and port of a sip: URI; port is 0 where it has none. An IPv6 host comes without its brackets.
func HostPort(uri string) (host string, port int) {
	_, after, ok := strings.Cut(uri, ":")
	if !ok {
		return "", 0
	}
	if at := strings.LastIndexByte(after, '@'); at >= 0 {
		after = after[at+1:]
	}
	if end := strings.IndexAny(after, ";?>"); end >= 0 {
		after = after[:end]
	}
	return SplitHostPort(after)
}

// SplitHostPort parts host and port; port is 0 where there is none.
func SplitHostPort(text string) (host string, port int) {
	if strings.HasPrefix(text, "[") {
		end := strings.IndexByte(text, ']')
		if end < 0 {
			return "", 0
		}
		host = text[1:end]
		text = text[end+1:]
	} else {
		colon := strings.IndexByte(text, ':')
		if colon < 0 {
			return text, 0
		}
		host, text = text[:colon], text[colon:]
	}
	if after, ok := strings.CutPrefix(text, ":"); ok {
		port, _ = strconv.Atoi(after)
	}
	return host, port
}

// Param is the value of a parameter of a header value (";name=value"), or "". Names compare without case.
func Param(value, name string) string {
	for {
		semi := strings.IndexByte(value, ';')
		if semi < 0 {
			return ""
		}
		value = value[semi+1:]
		end := strings.IndexByte(value, ';')
		part := value
		if end >= 0 {
			part = value[:end]
		}
		key, val, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.Trim(strings.TrimSpace(val), `"`)
		}
	}
}
