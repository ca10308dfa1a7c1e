package pairlane

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Lengths of a variant are numbers of Go; TestLengthsAreTheLibrarys holds them to the library's.
var notCalled = map[string]bool{
	"pl_public_key_length": true, "pl_signature_length": true, "pl_partial_signature_length": true,
}

// Every function of the header can be reached from Go, and is one that keeps and calls nothing.
func TestEveryFunctionOfTheHeaderIsCalled(t *testing.T) {
	header, err := os.ReadFile("../include/pairlane.h")
	must(t, err)
	calls, err := os.ReadFile("cgo.go")
	must(t, err)
	functions := regexp.MustCompile(`(?m)^[a-z].*\b(pl_[a-z0-9_]+)\(`).FindAllSubmatch(header, -1)
	if len(functions) < 60 {
		t.Error(len(functions), "functions")
	}
	for _, match := range functions {
		name := string(match[1])
		called := strings.Contains(string(calls), "C."+name+"(")
		promised := strings.Contains(string(calls), "#cgo noescape "+name+"\n#cgo nocallback "+name+"\n")
		if !notCalled[name] && (!called || !promised) {
			t.Errorf("%s: called %v, noescape and nocallback %v", name, called, promised)
		}
	}
}

// Whoever has a key or a signature of another length hears it from the library.
func TestLengthsAreTheLibrarys(t *testing.T) {
	for _, variant := range []Variant{MinPk, MinSig} {
		key, signature := make([]byte, variant.PublicKeyLength()), make([]byte, variant.SignatureLength())
		expect(t, ValidatePublicKey(variant, key), ErrPointEncoding, -1)
		expect(t, ValidatePublicKey(variant, key[1:]), ErrPointLength, -1)
		expect(t, ValidateSignature(variant, signature), ErrPointEncoding, -1)
		expect(t, ValidateSignature(variant, signature[1:]), ErrPointLength, -1)
	}
}
