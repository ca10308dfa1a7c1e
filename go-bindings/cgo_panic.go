//go:build pairlane_test_panic

package pairlane

// A second file with `import "C"`, in no program but a test: the function is in no header, and only
// in a library built with the feature test-panic (`make test-go`).

/*
#cgo noescape pl_test_panic
#cgo nocallback pl_test_panic

#include <stddef.h>
#include <stdint.h>

int32_t pl_test_panic(char *error, size_t error_capacity);
*/
import "C"
import "unsafe"

func cTestPanic() error {
	var r report
	answer := C.pl_test_panic((*C.char)(unsafe.Pointer(&r)), C.size_t(len(r)))
	return r.check("panic", C.int32_t(answer))
}
