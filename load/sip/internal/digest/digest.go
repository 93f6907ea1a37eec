// Package digest answers SIP digest challenges (RFC 3261, section 22; RFC 7616; RFC 8760).
package digest

import (
	"crypto/md5" //nolint:gosec // The algorithm is the challenger's choice.
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// ErrUnsupported says that a challenge asks for what is not known here.
var ErrUnsupported = errors.New("digest: scheme, algorithm or qop is not supported")

// Credentials are what a challenge is answered with.
type Credentials struct {
	User     string
	Password string
}

// Answer gives the value of Authorization or Proxy-Authorization for a challenge. count is the nonce's use, from 1.
func Answer(challenge string, who Credentials, method, uri, cnonce string, count int) (string, error) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(challenge), " ")
	if !strings.EqualFold(scheme, "Digest") {
		return "", ErrUnsupported
	}
	field := fields(rest)
	algorithm := field["algorithm"]
	hash, session, err := hasher(algorithm)
	if err != nil {
		return "", err
	}
	qop := ""
	if offered := field["qop"]; offered != "" {
		for _, one := range strings.Split(offered, ",") {
			if strings.EqualFold(strings.TrimSpace(one), "auth") {
				qop = "auth"
			}
		}
		if qop == "" {
			return "", ErrUnsupported
		}
	}
	realm, nonce := field["realm"], field["nonce"]
	secret := hash(who.User + ":" + realm + ":" + who.Password)
	if session {
		secret = hash(secret + ":" + nonce + ":" + cnonce)
	}
	request := hash(method + ":" + uri)
	nc := fmt.Sprintf("%08x", count)
	var response string
	if qop == "" {
		response = hash(secret + ":" + nonce + ":" + request)
	} else {
		response = hash(secret + ":" + nonce + ":" + nc + ":" + cnonce + ":" + qop + ":" + request)
	}
	var out strings.Builder
	fmt.Fprintf(&out, `Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s"`, quote(who.User), quote(realm), quote(nonce), uri, response)
	if algorithm != "" {
		fmt.Fprintf(&out, ", algorithm=%s", algorithm)
	}
	if opaque, ok := field["opaque"]; ok {
		fmt.Fprintf(&out, `, opaque="%s"`, quote(opaque))
	}
	if qop != "" || session {
		fmt.Fprintf(&out, `, cnonce="%s"`, cnonce)
	}
	if qop != "" {
		fmt.Fprintf(&out, `, qop=%s, nc=%s`, qop, nc)
	}
	return out.String(), nil
}

func hasher(algorithm string) (hash func(string) string, session bool, err error) {
	name, sess := strings.CutSuffix(strings.ToUpper(algorithm), "-SESS")
	switch name {
	case "", "MD5":
		return func(text string) string { sum := md5.Sum([]byte(text)); return hex.EncodeToString(sum[:]) }, sess, nil
	case "SHA-256":
		return func(text string) string { sum := sha256.Sum256([]byte(text)); return hex.EncodeToString(sum[:]) }, sess, nil
	}
	return nil, false, ErrUnsupported
}

// fields reads `name=value, name="quoted, value"`.
func fields(text string) map[string]string {
	out := make(map[string]string, 8)
	for text != "" {
		text = strings.TrimLeft(text, " \t,")
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			return out
		}
		rest = strings.TrimLeft(rest, " \t")
		var value string
		if strings.HasPrefix(rest, `"`) {
			var plain strings.Builder
			i := 1
			for ; i < len(rest) && rest[i] != '"'; i++ {
				if rest[i] == '\\' && i+1 < len(rest) {
					i++
				}
				plain.WriteByte(rest[i])
			}
			value = plain.String()
			text = rest[min(i+1, len(rest)):]
		} else {
			value, text, _ = strings.Cut(rest, ",")
			value = strings.TrimSpace(value)
		}
		out[strings.ToLower(strings.TrimSpace(name))] = value
	}
	return out
}

func quote(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
}
