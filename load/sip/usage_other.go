//go:build !unix

package sip

func usage() (cpu float64, resident int64) { return 0, 0 }
