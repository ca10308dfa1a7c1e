package pairlane

import "context"

// Verify verifies one signature by one key on one message: nil if it is valid, [ErrWrongSignature],
// or what is wrong with the key or the signature, if not.
func Verify(suite *Suite, key, message, signature []byte) error {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	pointer, err := suite.acquire("verify")
	if err != nil {
		return err
	}
	defer suite.object.release()
	return cVerify(pointer, key, message, signature)
}

// ValidatePublicKey returns nil if the bytes are a public key of the variant: on the curve, in the
// subgroup, not the identity.
func ValidatePublicKey(variant Variant, key []byte) error {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	return cPublicKeyValidate(variant, key)
}

// ValidateSignature returns nil if the bytes are a signature of the variant: on the curve and in the
// subgroup. The identity is one, though it verifies under no key.
func ValidateSignature(variant Variant, signature []byte) error {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	return cSignatureValidate(variant, signature)
}

// VerifyPossession verifies a proof of possession for a public key, under a tag as
// [SecretKey.ProvePossession] takes it.
func VerifyPossession(variant Variant, tag, key, proof []byte) error {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	return cPossessionVerify(variant, tag, key, proof)
}
