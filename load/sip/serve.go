package sip

import (
	"fmt"
	"net"
	"net/http"
	"runtime"
	"time"

	"mediaservice.example/load/sip/internal/media"
	"mediaservice.example/load/sip/internal/phone"
)

// serve tells Prometheus what the process itself uses.
func (p *process) serve(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("metricsAddr: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write([]byte(p.exposition()))
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return nil
}

func (p *process) exposition() string {
	p.mu.Lock()
	devices := len(p.running)
	p.mu.Unlock()
	cpu, resident := usage()
	worst, late, skipped := media.Lateness()
	out := fmt.Sprintf("# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total %.3f\n"+
		"# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %d\n# TYPE go_goroutines gauge\ngo_goroutines %d\n"+
		"# TYPE xk6sip_devices gauge\nxk6sip_devices %d\n# TYPE xk6sip_calls_in_progress gauge\nxk6sip_calls_in_progress %d\n",
		cpu, resident, runtime.NumGoroutine(), devices, phone.InProgress())
	for _, one := range []struct {
		name    string
		counter *media.Counter
	}{{"sip", &phone.Traffic}, {"rtp", &media.Traffic}} {
		c := one.counter
		for _, way := range []struct {
			name           string
			packets, bytes int64
		}{{"in", c.PacketsIn.Load(), c.BytesIn.Load()}, {"out", c.PacketsOut.Load(), c.BytesOut.Load()}} {
			out += fmt.Sprintf("xk6sip_network_packets_total{proto=%q,direction=%q} %d\nxk6sip_network_bytes_total{proto=%q,direction=%q} %d\n",
				one.name, way.name, way.packets, one.name, way.name, way.bytes)
		}
	}
	// Not in the documentation: whether the clock of all streams was in time, so that a starved generator is not blamed on the target.
	return out + fmt.Sprintf("# TYPE mediaservice_load_clock_worst_seconds gauge\nmediaservice_load_clock_worst_seconds %.6f\n"+
		"# TYPE mediaservice_load_clock_late_total counter\nmediaservice_load_clock_late_total %d\n"+
		"# TYPE mediaservice_load_clock_skipped_total counter\nmediaservice_load_clock_skipped_total %d\n", worst.Seconds(), late, skipped)
}
