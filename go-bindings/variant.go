package pairlane

import "strconv"

// Variant says which group public keys live in.
type Variant int32

const (
	// MinPk has public keys of 48 bytes in G1 and signatures of 96 bytes in G2, as Ethereum.
	MinPk Variant = 1
	// MinSig has public keys of 96 bytes in G2 and signatures of 48 bytes in G1.
	MinSig Variant = 2
)

// PublicKeyLength returns the bytes of a compressed public key; an uncompressed one has twice as
// many. It returns 0 for an unknown variant.
func (v Variant) PublicKeyLength() int {
	switch v {
	case MinPk:
		return 48
	case MinSig:
		return 96
	}
	return 0
}

// SignatureLength returns the bytes of a compressed signature; an uncompressed one has twice as many.
// It returns 0 for an unknown variant.
func (v Variant) SignatureLength() int {
	switch v {
	case MinPk:
		return 96
	case MinSig:
		return 48
	}
	return 0
}

// PartialSignatureLength returns the bytes of a partial signature: the holder's index, 2 bytes
// big-endian, then the compressed signature. It returns 0 for an unknown variant.
func (v Variant) PartialSignatureLength() int {
	if length := v.SignatureLength(); length > 0 {
		return indexLength + length
	}
	return 0
}

// indexLength is the bytes of a holder's index.
const indexLength = 2

// String returns "min-pk" or "min-sig".
func (v Variant) String() string {
	switch v {
	case MinPk:
		return "min-pk"
	case MinSig:
		return "min-sig"
	}
	return "Variant(" + strconv.Itoa(int(v)) + ")"
}

// Scheme says how rogue keys are fended off, section 3 of draft-irtf-cfrg-bls-signature.
type Scheme int32

const (
	// Basic requires that the messages of an aggregate differ (NUL).
	Basic Scheme = 1
	// Augmented signs the public key with the message (AUG).
	Augmented Scheme = 2
	// ProofOfPossession requires a proof for each key, once (POP). Ethereum's.
	ProofOfPossession Scheme = 3
)

// String returns "basic", "augmented" or "proof-of-possession".
func (s Scheme) String() string {
	switch s {
	case Basic:
		return "basic"
	case Augmented:
		return "augmented"
	case ProofOfPossession:
		return "proof-of-possession"
	}
	return "Scheme(" + strconv.Itoa(int(s)) + ")"
}
