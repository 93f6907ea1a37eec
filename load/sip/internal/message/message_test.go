package message

import (
	"errors"
	"strings"
	"testing"
)

func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

func TestParse(t *testing.T) {
	m, err := Parse(crlf("\nINVITE sip:a%20b@example.org;user=phone SIP/2.0\nv: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx;rport, SIP/2.0/UDP 192.0.2.2\n" +
		"f: \"A <b>, c\" <sip:1@x;tag=no>;tag=yes\nTo: sip:2@y;tag=too\ni: id\nCSeq:   7   INVITE\nSubject: folded\n  text\nRecord-Route: <sip:p1;lr>, <sip:p2,x;lr>\n" +
		"Record-Route: <sip:p3;lr>\nl: 4\n\nbodyrest"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ what, got, wants string }{
		{"method", m.Method, "INVITE"},
		{"user", User(m.URI), "a b"},
		{"branch", m.Branch(), "z9hG4bKx"},
		{"from tag", m.FromTag(), "yes"},
		{"to tag", m.ToTag(), "too"},
		{"from", URIOf(m.From), "sip:1@x;tag=no"},
		{"to", URIOf(m.To), "sip:2@y"},
		{"Call-ID", m.CallID, "id"},
		{"CSeq", m.CSeqMethod, "INVITE"},
		{"folded", m.Get("subject"), "folded text"},
		{"routes", strings.Join(m.List("record-route"), "|"), "<sip:p1;lr>|<sip:p2,x;lr>|<sip:p3;lr>"},
		{"body", m.Body, "body"},
	} {
		if row.got != row.wants {
			t.Errorf("%s: %q, not %q", row.what, row.got, row.wants)
		}
	}
	if m.CSeq != 7 {
		t.Errorf("CSeq %d", m.CSeq)
	}
}

func TestRefused(t *testing.T) {
	rest := "Via: SIP/2.0/UDP a;branch=b\nFrom: <sip:a>\nTo: <sip:b>\nCall-ID: c\nCSeq: 1 BYE\n\n"
	for _, row := range []struct {
		name, text string
		wants      error
	}{
		{"nothing", "\r\n\r\n", ErrEmpty},
		{"other version", "BYE sip:a SIP/3.0\n" + rest, ErrStartLine},
		{"status below 100", "SIP/2.0 99 Low\n" + rest, ErrStartLine},
		{"no colon", "BYE sip:a SIP/2.0\nVia\n" + rest, ErrHeader},
		{"CSeq", "BYE sip:a SIP/2.0\n" + strings.Replace(rest, "1 BYE", "x BYE", 1), ErrHeader},
		{"no Via", "BYE sip:a SIP/2.0\n" + strings.Replace(rest, "Via", "X", 1), ErrMissing},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := Parse(crlf(row.text)); !errors.Is(err, row.wants) {
				t.Errorf("%v, not %v", err, row.wants)
			}
		})
	}
}

func TestHostPort(t *testing.T) {
	for _, row := range []struct {
		uri, host string
		port      int
	}{{"sip:a@b:5070;lr", "b", 5070}, {"sip:b", "b", 0}, {"sip:a@[::1]:5062", "::1", 5062}, {"sips:u:p@h?x=y", "h", 0}} {
		if host, port := HostPort(row.uri); host != row.host || port != row.port {
			t.Errorf("%s: %s %d", row.uri, host, port)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=b\r\nFrom: \"<\" <sip:a>;tag=1\r\nTo: <sip:b\r\nCall-ID: c\r\nCSeq: 1 BYE\r\n\r\n")
	f.Fuzz(func(_ *testing.T, text string) {
		m, err := Parse(text)
		if err != nil {
			return
		}
		_, _, _ = m.Branch(), m.FromTag(), m.ToTag()
		_ = m.List("contact")
		_ = User(URIOf(m.From))
		_, _ = HostPort(m.URI)
	})
}
