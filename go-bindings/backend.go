package pairlane

// Backend is the arithmetic that batches run on.
type Backend int32

const (
	// DefaultBackend is the fastest that the library finds, or what the environment variable
	// PAIRLANE_BACKEND names.
	DefaultBackend Backend = 0
	// Blst is blst's scalar arithmetic.
	Blst Backend = 1
	// AVX2 takes four items at a time, with AVX2 and FMA.
	AVX2 Backend = 2
	// AVX512IFMA takes eight items at a time, with AVX-512 IFMA.
	AVX512IFMA Backend = 3
	// Portable is a scalar model of AVX512IFMA, slow, for tests.
	Portable Backend = 4
)
