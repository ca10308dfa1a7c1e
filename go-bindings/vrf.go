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
)

// Lengths in bytes, the same for each [VRFSuite].
const (
	VRFSeedLength      = 32
	VRFPublicKeyLength = 32
	// VRFProofLength is a proof as RFC 9381 writes it.
	VRFProofLength = 80
	// VRFAnnouncedLength is a proof in the announced form, which batches take: it has the two points that
	// RFC 9381 has a verifier compute.
	VRFAnnouncedLength = 128
	VRFOutputLength    = 64
)

// String returns "ECVRF-EDWARDS25519-SHA512-TAI" or "ECVRF-EDWARDS25519-SHA512-ELL2".
func (s VRFSuite) String() string {
	switch s {
	case VRFTai:
		return "ECVRF-EDWARDS25519-SHA512-TAI"
	case VRFEll2:
		return "ECVRF-EDWARDS25519-SHA512-ELL2"
	}
	return "VRFSuite(" + strconv.Itoa(int(s)) + ")"
}

// VRFKey is the secret key of a VRF. It stays in the library's memory, which Close wipes. Proving takes
// a time that does not depend on the key (with [VRFTai], it does on alpha).
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

// PublicKey returns the public key, 32 bytes.
func (k *VRFKey) PublicKey() ([]byte, error) {
	out := make([]byte, VRFPublicKeyLength)
	return k.object.compute("VRF public key", out, func(key unsafe.Pointer) error {
		return cVRFKeyPublic(key, out)
	})
}

// Prove returns RFC 9381's proof of the output for alpha, 80 bytes.
func (k *VRFKey) Prove(alpha []byte) ([]byte, error) {
	return k.prove(alpha, make([]byte, VRFProofLength))
}

// ProveAnnounced returns the proof in the announced form, 128 bytes, for [VRFBatch]. Its output is that
// of [VRFKey.Prove].
func (k *VRFKey) ProveAnnounced(alpha []byte) ([]byte, error) {
	return k.prove(alpha, make([]byte, VRFAnnouncedLength))
}

func (k *VRFKey) prove(alpha, out []byte) ([]byte, error) {
	return k.object.compute("VRF prove", out, func(key unsafe.Pointer) error {
		return cVRFProve(key, alpha, out)
	})
}

// VerifyVRF verifies a proof, of either form, for a public key and alpha, and returns the output, 64
// bytes: [ErrWrongProof], or what is wrong with the key or the proof, if there is none.
func VerifyVRF(suite VRFSuite, key, alpha, proof []byte) ([]byte, error) {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	out := make([]byte, VRFOutputLength)
	if err := cVRFVerify(suite, key, alpha, proof, out); err != nil {
		return nil, err
	}
	return out, nil
}

// VRFProofToHash returns the output that a proof of [VRFProofLength] claims. It means something only
// once the proof has been verified.
func VRFProofToHash(suite VRFSuite, proof []byte) ([]byte, error) {
	taken, _ := admission.acquire(context.Background(), 1)
	defer admission.release(taken)
	out := make([]byte, VRFOutputLength)
	if err := cVRFProofToHash(suite, proof, out); err != nil {
		return nil, err
	}
	return out, nil
}
