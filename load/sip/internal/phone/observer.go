package phone

import (
	"sync/atomic"
	"time"
)

// Observer is told what happens to the requests and calls of a device. Its methods must not block and must not call the phone.
type Observer interface {
	// Request is a request that has its final response; status 0: none came.
	Request(method string, status int, took time.Duration)
	// FirstResponse is the first response to an INVITE.
	FirstResponse(took time.Duration)
	// Ringing is the first 18x of an outgoing call.
	Ringing(took time.Duration)
	// Answered is the 200 of an outgoing call.
	Answered(took time.Duration)
	// Retransmitted is a message that went out again; status is 0 for requests.
	Retransmitted(method string, status int)
	// Registered is a registration that was accepted.
	Registered()
	// Ended is the end of a call, after its stream was closed.
	Ended(*Call)
}

var inProgress atomic.Int64

// InProgress is how many outgoing calls are answered and not over.
func InProgress() int64 { return inProgress.Load() }
