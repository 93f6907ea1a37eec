//go:build unix

package sip

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// usage is the CPU time of the process in seconds and its resident memory in bytes (0 where it cannot be read).
func usage() (cpu float64, resident int64) {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) == nil {
		cpu = float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
	}
	if data, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(data)); len(fields) > 1 {
			if pages, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
				resident = pages * int64(os.Getpagesize())
			}
		}
	}
	return cpu, resident
}
