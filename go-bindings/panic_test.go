//go:build pairlane_test_panic

package pairlane

import (
	"errors"
	"strings"
	"testing"
)

// A panic in the library comes out as an error, and the library works on.
func TestPanicIsAnError(t *testing.T) {
	for range 100 {
		err := cTestPanic()
		var failure *Error
		if !errors.Is(err, ErrPanic) || !errors.As(err, &failure) || !strings.Contains(failure.Detail, "on demand") {
			t.Fatal(err)
		}
	}
	if err := ValidatePublicKey(MinPk, nil); !errors.Is(err, ErrPointLength) {
		t.Error(err)
	}
}
