// Package rounding changes how the current thread rounds, for tests: a program that embeds the library may
// have done so.
package rounding

/*
#include <xmmintrin.h>

static unsigned get(void) { return _mm_getcsr(); }
static void set(unsigned mode) { _mm_setcsr(mode); }
*/
import "C"

// Bits of MXCSR.
const (
	Downward     = 0x2000
	Upward       = 0x4000
	TowardZero   = 0x6000
	FlushToZero  = 0x8000
	DenormalZero = 0x0040
)

// Mode is the current thread's MXCSR, flags of exceptions left out.
func Mode() uint32 { return uint32(C.get()) &^ 0x3f }

// Set sets it. The caller has locked its thread.
func Set(mode uint32) { C.set(C.uint(mode)) }
