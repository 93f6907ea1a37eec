package phone

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

func atoi(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0
}
