package pairlane

import (
	"context"
	"strconv"
	"unsafe"
)

// VRFSuite is one of the verifiable random functions of RFC 9381.
type VRFSuite int32

const (
	// VRFTai is ECVRF-EDWARDS25519-SHA512-TAI, the one to use where alpha is public.
	VRFTai VRFSuite = 1
	// VRFEll2 is ECVRF-EDWARDS25519-SHA512-ELL2, for an alpha that is secret.
	VRFEll2 VRFSuite = 2
	// VRFP256Tai is ECVRF-P256-SHA256-TAI. It has no announced form and no batches.
	VRFP256Tai VRFSuite = 3
	// VRFP256Sswu is ECVRF-P256-SHA256-SSWU. It has no announced form and no batches.
	VRFP256Sswu VRFSuite = 4
)

// VRFSeedLength is the bytes of a seed, and of a secret key of RFC 9381, in each [VRFSuite].
const VRFSeedLength = 32

// PublicKeyLength returns the bytes of a public key, 32 or 33 on P-256; 0 for an unknown suite.
func (s VRFSuite) PublicKeyLength() int { return cVRFKeyLength(s) }

// ProofLength returns the bytes of a proof as RFC 9381 writes it, 80 or 81 on P-256; 0 for an unknown
// suite.
func (s VRFSuite) ProofLength() int { return cVRFProofLength(s) }

// OutputLength returns the bytes of an output, 64 or 32 on P-256; 0 for an unknown suite.
func (s VRFSuite) OutputLength() int { return cVRFOutputLength(s) }

// String returns the name that RFC 9381 has for the suite, such as "ECVRF-EDWARDS25519-SHA512-TAI".
func (s VRFSuite) String() string {
	switch s {
	case VRFTai:
		return "ECVRF-EDWARDS25519-SHA512-TAI"
	case VRFEll2:
		return "ECVRF-EDWARDS25519-SHA512-ELL2"
	case VRFP256Tai:
		return "ECVRF-P256-SHA256-TAI"
	case VRFP256Sswu:
		return "ECVRF-P256-SHA256-SSWU"
	}
	return "VRFSuite(" + strconv.Itoa(int(s)) + ")"
}

// VRFKey is the secret key of a VRF. It stays in the library's memory, which Close wipes. Proving takes
// a time that does not depend on the key (with [VRFTai] and [VRFP256Tai], it does on alpha).
type VRFKey struct {
	object object
	suite  VRFSuite
}

// GenerateVRFKey makes a key from the operating system's randomness.
func GenerateVRFKey(suite VRFSuite) (*VRFKey, error) {
	pointer, err := cVRFKeyGenerate(suite)
	return newVRFKey(suite, pointer, err)
}

// VRFKeyFromSeed derives a key from a seed of 32 bytes, which may be that of a signing key too: it is
// hashed with the suite's name first.
func VRFKeyFromSeed(suite VRFSuite, seed []byte) (*VRFKey, error) {
	pointer, err := cVRFKeyFromSeed(suite, seed)
	return newVRFKey(suite, pointer, err)
}

// VRFKeyFromRFC9381 takes the key whose SK in RFC 9381 is exactly these 32 bytes. They must not be the
// seed of an Ed25519 key that signs: one proof and one signature can give that key away.
func VRFKeyFromRFC9381(suite VRFSuite, seed []byte) (*VRFKey, error) {
	pointer, err := cVRFKeyFromRFC9381(suite, seed)
	return newVRFKey(suite, pointer, err)
}

func newVRFKey(suite VRFSuite, pointer unsafe.Pointer, err error) (*VRFKey, error) {
	if err != nil {
		return nil, err
	}
	key := &VRFKey{suite: suite}
	key.object.own(pointer, cVRFKeyFree)
	return key, nil
}

// Suite returns the key's suite.
func (k *VRFKey) Suite() VRFSuite { return k.suite }

// Close wipes the key and frees it.
func (k *VRFKey) Close() error { return k.object.close() }

// String keeps the secret out of logs.
func (k *VRFKey) String() string { return "pairlane.VRFKey" }

// PublicKey returns the public key, of the suite's length.
func (k *VRFKey) PublicKey() ([]byte, error) {
	out := make([]byte, k.suite.PublicKeyLength())
	return k.object.compute("VRF public key", out, func(key unsafe.Pointer) error {
		return cVRFKeyPublic(key, out)
	})
}

// Prove returns RFC 9381's proof of the output for alpha, of the suite's length.
func (k *VRFKey) Prove(alpha []byte) ([]byte, error) {
	return k.prove(alpha, make([]byte, k.suite.ProofLength()))
}

// ProveAnnounced returns the proof in the announced form, 128 bytes, for [VRFBatch]: it has the two
// points that RFC 9381 has a verifier compute. Its output is that of [VRFKey.Prove]. There is none on
// P-256.
func (k *VRFKey) ProveAnnounced(alpha []byte) ([]byte, error) {
	return k.prove(alpha, make([]byte, VRFAnnouncedLength))
}

func (k *VRFKey) prove(alpha, out []byte) ([]byte, error) {
	return k.object.compute("VRF prove", out, func(key unsafe.Pointer) error {
		return cVRFProve(key, alpha, out)
	})
}

// VerifyVRF verifies a proof, of either form, for a public key and alpha, and returns the output, of the
// suite's length: [ErrWrongProof], or what is wrong with the key or the proof, if there is none.
func VerifyVRF(suite VRFSuite, key, alpha, proof []byte) ([]byte, error) {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	out := make([]byte, suite.OutputLength())
	if err := cVRFVerify(suite, key, alpha, proof, out); err != nil {
		return nil, err
	}
	return out, nil
}

// VRFProofToHash returns the output that a proof of RFC 9381's form claims. It means something only once
// the proof has been verified.
func VRFProofToHash(suite VRFSuite, proof []byte) ([]byte, error) {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	out := make([]byte, suite.OutputLength())
	if err := cVRFProofToHash(suite, proof, out); err != nil {
		return nil, err
	}
	return out, nil
}
