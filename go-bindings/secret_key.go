package pairlane

import "unsafe"

// SecretKeyLength is the bytes of an encoded secret key.
const SecretKeyLength = 32

// SecretKey is a secret key. It stays in the library's memory, which Close wipes, and is good for
// either variant. Operations on it take a time that does not depend on its value.
type SecretKey struct{ object object }

// GenerateSecretKey makes a key from the operating system's randomness.
func GenerateSecretKey() (*SecretKey, error) { return newSecretKey(cSecretKeyGenerate()) }

// SecretKeyFromSeed makes a key from at least 32 bytes of seed and optional info: KeyGen of the
// draft, section 2.3.
func SecretKeyFromSeed(seed, info []byte) (*SecretKey, error) {
	return newSecretKey(cSecretKeyFromSeed(seed, info))
}

// DeriveSecretKey derives the key at an EIP-2334 path such as "m/12381/3600/0/0/0" from at least 32
// bytes of seed (EIP-2333).
func DeriveSecretKey(seed []byte, path string) (*SecretKey, error) {
	return newSecretKey(cSecretKeyDerive(seed, path))
}

// SecretKeyFromBytes takes a key from its 32 big-endian bytes. They remain the caller's to wipe.
func SecretKeyFromBytes(encoded []byte) (*SecretKey, error) {
	return newSecretKey(cSecretKeyFromBytes(encoded))
}

func newSecretKey(pointer unsafe.Pointer, err error) (*SecretKey, error) {
	if err != nil {
		return nil, err
	}
	key := new(SecretKey)
	key.object.own(pointer, cSecretKeyFree)
	return key, nil
}

// Close wipes the key and frees it.
func (k *SecretKey) Close() error { return k.object.close() }

// PublicKey returns the compressed public key of a variant: 48 or 96 bytes.
func (k *SecretKey) PublicKey(variant Variant) ([]byte, error) {
	out := make([]byte, variant.PublicKeyLength())
	return k.object.compute("public key", out, func(key unsafe.Pointer) error {
		return cSecretKeyPublicKey(key, variant, out)
	})
}

// Sign signs a message, which may be empty, and returns the compressed signature: 96 or 48 bytes.
func (k *SecretKey) Sign(suite *Suite, message []byte) ([]byte, error) {
	const op = "sign"
	if suite == nil {
		return nil, newError(op, ErrClosed, "no suite given")
	}
	out := make([]byte, suite.variant.SignatureLength())
	return k.object.compute(op, out, func(key unsafe.Pointer) error {
		pointer, err := suite.acquire(op)
		if err != nil {
			return err
		}
		defer suite.object.release()
		return cSign(key, pointer, message, out)
	})
}

// ProvePossession returns a proof that the key's owner has it (PopProve, draft section 3.3.2), for
// [Registry.InsertWithPossession] and [VerifyPossession] under the same tag. A nil tag stands for the
// draft's.
func (k *SecretKey) ProvePossession(variant Variant, tag []byte) ([]byte, error) {
	out := make([]byte, variant.SignatureLength())
	return k.object.compute("prove possession", out, func(key unsafe.Pointer) error {
		return cPossessionProve(key, variant, tag, out)
	})
}

// Expose returns the key's 32 big-endian bytes. Whoever calls this holds the secret, and has to wipe
// it; the garbage collector does not.
func (k *SecretKey) Expose() ([]byte, error) {
	out := make([]byte, SecretKeyLength)
	return k.object.compute("expose key", out, func(key unsafe.Pointer) error {
		return cSecretKeyExpose(key, out)
	})
}

// String keeps the secret out of logs.
func (k *SecretKey) String() string { return "pairlane.SecretKey" }
