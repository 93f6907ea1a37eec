// Command k6 is k6 with the module k6/x/sip of this folder compiled in.
package main

import (
	"go.k6.io/k6/cmd"

	_ "mediaservice.example/load/sip"
)

func main() { cmd.Execute() }
