package pairlane

import "strings"

// CPU is what the processor offers and which arithmetic runs.
type CPU struct {
	// Model is the processor's name.
	Model string
	// Features are those found that matter here.
	Features string
	// Backend is the arithmetic chosen, and Reason why.
	Backend, Reason string
}

// CPUReport asks what the processor offers and which arithmetic runs.
func CPUReport() (CPU, error) {
	text, err := cCPUReport()
	if err != nil {
		return CPU{}, err
	}
	var cpu CPU
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "model":
			cpu.Model = value
		case "features":
			cpu.Features = value
		case "backend":
			cpu.Backend = value
		case "reason":
			cpu.Reason = value
		}
	}
	return cpu, nil
}

// Version returns the version of the library, such as "0.1.0".
func Version() string { return cVersion() }
