package pairlane

import (
	"context"
	"unsafe"
)

// BLSVRFOutputLength is the bytes of an output of the BLS VRF.
const BLSVRFOutputLength = 32

// ProveBLSVRF proves the output for alpha of the VRF that BLS signatures make, since there is one
// signature for each key and message. The proof is a compressed signature, 96 or 48 bytes. A nil tag
// stands for the standard one; one that begins as those of signatures is refused. A proof is verified
// in batches, and made by a [Group], as a signature under a [Basic] suite of that tag.
func (k *SecretKey) ProveBLSVRF(variant Variant, tag, alpha []byte) ([]byte, error) {
	out := make([]byte, variant.SignatureLength())
	return k.object.compute("BLS VRF prove", out, func(key unsafe.Pointer) error {
		return cBLSVRFProve(key, variant, tag, alpha, out)
	})
}

// VerifyBLSVRF verifies a proof for a public key and alpha, and returns the output, 32 bytes:
// [ErrWrongProof], or what is wrong with the bytes, if there is none.
func VerifyBLSVRF(variant Variant, tag, key, alpha, proof []byte) ([]byte, error) {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	out := make([]byte, BLSVRFOutputLength)
	if err := cBLSVRFVerify(variant, tag, key, alpha, proof, out); err != nil {
		return nil, err
	}
	return out, nil
}

// BLSVRFProofToHash returns the output that a proof is for, if it is valid: this does not verify it. For
// proofs that a batch found valid, or that a group combined.
func BLSVRFProofToHash(variant Variant, tag, proof []byte) ([]byte, error) {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	out := make([]byte, BLSVRFOutputLength)
	if err := cBLSVRFProofToHash(variant, tag, proof, out); err != nil {
		return nil, err
	}
	return out, nil
}
