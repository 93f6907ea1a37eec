package digest

import (
	"strings"
	"testing"
)

// The examples of RFC 7616, section 3.9.1.
func TestExamplesOfTheRFC(t *testing.T) {
	challenge := `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=ALG, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	for _, row := range []struct{ algorithm, response string }{
		{"MD5", "8ca523f5e9506fed4657c9700eebdbec"},
		{"SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
	} {
		got, err := Answer(strings.Replace(challenge, "ALG", row.algorithm, 1), Credentials{"Mufasa", "Circle of Life"}, "GET", "/dir/index.html",
			"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", 1)
		if err != nil || !strings.Contains(got, `response="`+row.response+`"`) || !strings.Contains(got, `opaque="FQhe`) || !strings.Contains(got, "qop=auth, nc=00000001") {
			t.Errorf("%s: %s %v", row.algorithm, got, err)
		}
	}
}

// The example of RFC 2069 as its errata have it: without qop.
func TestWithoutQop(t *testing.T) {
	got, err := Answer(`Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"`, Credentials{"Mufasa", "CircleOfLife"}, "GET", "/dir/index.html", "x", 1)
	if err != nil || !strings.Contains(got, `response="1949323746fe6a43ef61f9606e7febea"`) || strings.Contains(got, "qop") {
		t.Errorf("%s %v", got, err)
	}
}

func TestUnsupported(t *testing.T) {
	for _, challenge := range []string{`Basic realm="x"`, `Digest realm="x", nonce="y", algorithm=MD4`, `Digest realm="x", nonce="y", qop="auth-int"`} {
		if got, err := Answer(challenge, Credentials{"a", "b"}, "INVITE", "sip:x", "c", 1); err == nil {
			t.Errorf("%s was answered with %s", challenge, got)
		}
	}
}
