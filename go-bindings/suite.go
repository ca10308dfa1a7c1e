package pairlane

import "unsafe"

// Suite is a ciphersuite: a variant, a scheme and a domain-separation tag.
type Suite struct {
	object  object
	variant Variant
	scheme  Scheme
}

// StandardSuite makes the suite of draft-irtf-cfrg-bls-signature for a variant and scheme.
// StandardSuite(MinPk, ProofOfPossession) is Ethereum's.
func StandardSuite(variant Variant, scheme Scheme) (*Suite, error) {
	pointer, err := cSuiteStandard(variant, scheme)
	return newSuite(variant, scheme, pointer, err)
}

// NewSuite makes a suite under a tag of your own. A tag of over 255 bytes is hashed as RFC 9380
// section 5.3.3 says.
func NewSuite(variant Variant, scheme Scheme, tag []byte) (*Suite, error) {
	pointer, err := cSuiteNew(variant, scheme, tag)
	return newSuite(variant, scheme, pointer, err)
}

func newSuite(variant Variant, scheme Scheme, pointer unsafe.Pointer, err error) (*Suite, error) {
	if err != nil {
		return nil, err
	}
	suite := &Suite{variant: variant, scheme: scheme}
	suite.object.own(pointer, cSuiteFree)
	return suite, nil
}

// Variant returns the suite's variant.
func (s *Suite) Variant() Variant { return s.variant }

// Scheme returns the suite's scheme.
func (s *Suite) Scheme() Scheme { return s.scheme }

// Close frees the suite. What was made with it lives on.
func (s *Suite) Close() error { return s.object.close() }

// acquire is object's, for a suite that may have been left out.
func (s *Suite) acquire(op string) (unsafe.Pointer, error) {
	if s == nil {
		return nil, newError(op, ErrClosed, "no suite given")
	}
	return s.object.acquire(op)
}
