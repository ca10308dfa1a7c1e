// Package interop runs pairlane beside the BLS libraries that Go programs have today, linked into one
// binary: blst, herumi and gnark-crypto. Encodings and verdicts have to agree.
package interop

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	herumi "github.com/herumi/bls-eth-go-binary/bls"
	pairlane "github.com/pairlane/pairlane/go-bindings"
	blst "github.com/supranational/blst/bindings/go"
)

// library is one implementation of one variant of the proof-of-possession suite.
type library interface {
	publicKey(secret []byte) []byte
	sign(secret, message []byte) []byte
	verify(key, message, signature []byte) bool
	aggregate(signatures [][]byte) []byte
}

const (
	tagG2 = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"
	tagG1 = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_"
)

func libraries(t testing.TB, variant pairlane.Variant) map[string]library {
	suite, err := pairlane.StandardSuite(variant, pairlane.ProofOfPossession)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { suite.Close() })
	if variant == pairlane.MinSig {
		return map[string]library{
			"pairlane": ours{t, suite}, "blst": blstMinSig{}, "gnark-crypto": gnarkMinSig{},
		}
	}
	if err := herumi.Init(herumi.BLS12_381); err != nil {
		t.Fatal(err)
	}
	if err := herumi.SetETHmode(herumi.EthModeDraft07); err != nil {
		t.Fatal(err)
	}
	return map[string]library{
		"pairlane": ours{t, suite}, "blst": blstMinPk{}, "gnark-crypto": gnarkMinPk{}, "herumi": herumiMinPk{},
	}
}

// The same secret and message give the same bytes everywhere, and everyone accepts them.
func TestBytesAgree(t *testing.T) {
	for _, variant := range []pairlane.Variant{pairlane.MinPk, pairlane.MinSig} {
		libraries := libraries(t, variant)
		cases := 0
		for number := range 16 {
			secret := make([]byte, 32)
			for i := range secret {
				secret[i] = byte(i*number + 7)
			}
			message := bytes.Repeat([]byte{byte(number)}, 32)
			key := libraries["pairlane"].publicKey(secret)
			signature := libraries["pairlane"].sign(secret, message)
			pair := [][]byte{signature, libraries["pairlane"].sign(secret, []byte("another"))}
			sum := libraries["pairlane"].aggregate(pair)
			for name, library := range libraries {
				if got := library.publicKey(secret); !bytes.Equal(got, key) {
					t.Errorf("%v, %s, key: %x, ours %x", variant, name, got, key)
				}
				if got := library.sign(secret, message); !bytes.Equal(got, signature) {
					t.Errorf("%v, %s, signature: %x, ours %x", variant, name, got, signature)
				}
				if got := library.aggregate(pair); !bytes.Equal(got, sum) {
					t.Errorf("%v, %s, aggregate: %x, ours %x", variant, name, got, sum)
				}
				if !library.verify(key, message, signature) || library.verify(key, []byte("x"), signature) {
					t.Errorf("%v, %s: wrong verdict", variant, name)
				}
				cases++
			}
		}
		if want := 16 * len(libraries); cases != want || len(libraries) < 3 {
			t.Error(cases, "cases")
		}
	}
}

// Spoilt inputs get the same verdict from everyone.
func TestVerdictsAgree(t *testing.T) {
	for _, variant := range []pairlane.Variant{pairlane.MinPk, pairlane.MinSig} {
		libraries := libraries(t, variant)
		secret := bytes.Repeat([]byte{5}, 32)
		message := []byte("0123456789abcdef0123456789abcdef")
		key := libraries["pairlane"].publicKey(secret)
		signature := libraries["pairlane"].sign(secret, message)
		for _, part := range [][]byte{key, signature} {
			for i := 0; i < len(part); i += 5 {
				for _, flip := range []byte{0x01, 0x20, 0x40, 0x80} {
					part[i] ^= flip
					compare(t, libraries, key, message, signature)
					part[i] ^= flip
				}
			}
		}
		identity := func(length int) []byte { return append([]byte{0xc0}, make([]byte, length-1)...) }
		compare(t, libraries, identity(len(key)), message, signature)
		compare(t, libraries, key, message, identity(len(signature)))
		compare(t, libraries, identity(len(key)), message, identity(len(signature)))
		compare(t, libraries, key[:len(key)-1], message, signature)
		compare(t, libraries, key, message, signature[:len(signature)-1])
	}
}

// The vectors of the repository, through everyone.
func TestVectorsAgree(t *testing.T) {
	libraries := libraries(t, pairlane.MinPk)
	paths, err := filepath.Glob("../../tests/vectors/ethereum-bls12-381-tests/verify/*.json")
	if err != nil || len(paths) != 29 {
		t.Fatal(len(paths), err)
	}
	for _, path := range paths {
		var c struct {
			Input  struct{ PubKey, Message, Signature hexBytes }
			Output bool
		}
		readJSON(t, path, &c)
		if got := compare(t, libraries, c.Input.PubKey, c.Input.Message, c.Input.Signature); got != c.Output {
			t.Errorf("%s: %v", path, got)
		}
	}
	var table struct {
		TestGroups []struct {
			PublicKey struct{ PK hexBytes }
			Tests     []struct {
				Comment, Result string
				Msg, Sig        hexBytes
			}
		}
	}
	readJSON(t, "../../tests/vectors/wycheproof/bls_sig_g2_pop_verify_test.json", &table)
	cases := 0
	for _, group := range table.TestGroups {
		for _, test := range group.Tests {
			want := test.Result == "valid"
			if got := compare(t, libraries, group.PublicKey.PK, test.Msg, test.Sig); got != want {
				t.Errorf("%s: %v", test.Comment, got)
			}
			cases++
		}
	}
	if cases != 26 {
		t.Error(cases, "cases")
	}
}

func compare(t *testing.T, libraries map[string]library, key, message, signature []byte) bool {
	t.Helper()
	want := libraries["pairlane"].verify(key, message, signature)
	for name, library := range libraries {
		if got := library.verify(key, message, signature); got != want {
			t.Errorf("%s says %v, pairlane %v: key %x, message %x, signature %x", name, got, want, key,
				message, signature)
		}
	}
	return want
}

type ours struct {
	t     testing.TB
	suite *pairlane.Suite
}

func (o ours) key(secret []byte) *pairlane.SecretKey {
	key, err := pairlane.SecretKeyFromBytes(secret)
	if err != nil {
		o.t.Fatal(err)
	}
	return key
}

func (o ours) publicKey(secret []byte) []byte {
	key, err := o.key(secret).PublicKey(o.suite.Variant())
	if err != nil {
		o.t.Fatal(err)
	}
	return key
}

func (o ours) sign(secret, message []byte) []byte {
	signature, err := o.key(secret).Sign(o.suite, message)
	if err != nil {
		o.t.Fatal(err)
	}
	return signature
}

func (o ours) verify(key, message, signature []byte) bool {
	return pairlane.Verify(o.suite, key, message, signature) == nil
}

func (o ours) aggregate(signatures [][]byte) []byte {
	sum, err := pairlane.AggregateSignatures(o.t.Context(), o.suite.Variant(), bytes.Join(signatures, nil))
	if err != nil {
		o.t.Fatal(err)
	}
	return sum
}

type blstMinPk struct{}

func (blstMinPk) publicKey(secret []byte) []byte {
	return new(blst.P1Affine).From(new(blst.SecretKey).Deserialize(secret)).Compress()
}

func (blstMinPk) sign(secret, message []byte) []byte {
	key := new(blst.SecretKey).Deserialize(secret)
	return new(blst.P2Affine).Sign(key, message, []byte(tagG2)).Compress()
}

func (blstMinPk) verify(key, message, signature []byte) bool {
	return len(key) == 48 && len(signature) == 96 &&
		new(blst.P2Affine).VerifyCompressed(signature, true, key, true, message, []byte(tagG2))
}

func (blstMinPk) aggregate(signatures [][]byte) []byte {
	sum := new(blst.P2Aggregate)
	sum.AggregateCompressed(signatures, true)
	return sum.ToAffine().Compress()
}

type blstMinSig struct{}

func (blstMinSig) publicKey(secret []byte) []byte {
	return new(blst.P2Affine).From(new(blst.SecretKey).Deserialize(secret)).Compress()
}

func (blstMinSig) sign(secret, message []byte) []byte {
	key := new(blst.SecretKey).Deserialize(secret)
	return new(blst.P1Affine).Sign(key, message, []byte(tagG1)).Compress()
}

func (blstMinSig) verify(key, message, signature []byte) bool {
	return len(key) == 96 && len(signature) == 48 &&
		new(blst.P1Affine).VerifyCompressed(signature, true, key, true, message, []byte(tagG1))
}

func (blstMinSig) aggregate(signatures [][]byte) []byte {
	sum := new(blst.P1Aggregate)
	sum.AggregateCompressed(signatures, true)
	return sum.ToAffine().Compress()
}

// gnark-crypto has no signatures, only curves and pairings: these are the scheme's equations.
type gnarkMinPk struct{}

func (gnarkMinPk) publicKey(secret []byte) []byte {
	_, _, g1, _ := bls12381.Generators()
	key := new(bls12381.G1Affine).ScalarMultiplication(&g1, new(big.Int).SetBytes(secret)).Bytes()
	return key[:]
}

func (gnarkMinPk) sign(secret, message []byte) []byte {
	point, err := bls12381.HashToG2(message, []byte(tagG2))
	if err != nil {
		panic(err)
	}
	signature := point.ScalarMultiplication(&point, new(big.Int).SetBytes(secret)).Bytes()
	return signature[:]
}

func (gnarkMinPk) verify(key, message, signature []byte) bool {
	var p bls12381.G1Affine
	var s bls12381.G2Affine
	if !decodes(&p, key, 48) || !decodes(&s, signature, 96) || p.IsInfinity() || s.IsInfinity() {
		return false
	}
	_, _, g1, _ := bls12381.Generators()
	h, err := bls12381.HashToG2(message, []byte(tagG2))
	if err != nil {
		panic(err)
	}
	ok, err := bls12381.PairingCheck([]bls12381.G1Affine{p, *new(bls12381.G1Affine).Neg(&g1)},
		[]bls12381.G2Affine{h, s})
	return err == nil && ok
}

func (gnarkMinPk) aggregate(signatures [][]byte) []byte {
	var sum bls12381.G2Affine
	for _, signature := range signatures {
		var point bls12381.G2Affine
		decodes(&point, signature, 96)
		sum.Add(&sum, &point)
	}
	out := sum.Bytes()
	return out[:]
}

type gnarkMinSig struct{}

func (gnarkMinSig) publicKey(secret []byte) []byte {
	_, _, _, g2 := bls12381.Generators()
	key := new(bls12381.G2Affine).ScalarMultiplication(&g2, new(big.Int).SetBytes(secret)).Bytes()
	return key[:]
}

func (gnarkMinSig) sign(secret, message []byte) []byte {
	point, err := bls12381.HashToG1(message, []byte(tagG1))
	if err != nil {
		panic(err)
	}
	signature := point.ScalarMultiplication(&point, new(big.Int).SetBytes(secret)).Bytes()
	return signature[:]
}

func (gnarkMinSig) verify(key, message, signature []byte) bool {
	var p bls12381.G2Affine
	var s bls12381.G1Affine
	if !decodes(&p, key, 96) || !decodes(&s, signature, 48) || p.IsInfinity() || s.IsInfinity() {
		return false
	}
	_, _, _, g2 := bls12381.Generators()
	h, err := bls12381.HashToG1(message, []byte(tagG1))
	if err != nil {
		panic(err)
	}
	ok, err := bls12381.PairingCheck([]bls12381.G1Affine{h, s},
		[]bls12381.G2Affine{p, *new(bls12381.G2Affine).Neg(&g2)})
	return err == nil && ok
}

func (gnarkMinSig) aggregate(signatures [][]byte) []byte {
	var sum bls12381.G1Affine
	for _, signature := range signatures {
		var point bls12381.G1Affine
		decodes(&point, signature, 48)
		sum.Add(&sum, &point)
	}
	out := sum.Bytes()
	return out[:]
}

// decodes reads a compressed point, which has the length given; SetBytes checks curve and subgroup.
func decodes(point interface{ SetBytes([]byte) (int, error) }, encoded []byte, length int) bool {
	if len(encoded) != length {
		return false
	}
	_, err := point.SetBytes(encoded)
	return err == nil
}

type herumiMinPk struct{}

func (herumiMinPk) key(secret []byte) *herumi.SecretKey {
	key := new(herumi.SecretKey)
	if err := key.Deserialize(secret); err != nil {
		panic(err)
	}
	return key
}

func (h herumiMinPk) publicKey(secret []byte) []byte { return h.key(secret).GetPublicKey().Serialize() }

func (h herumiMinPk) sign(secret, message []byte) []byte {
	return h.key(secret).SignByte(message).Serialize()
}

func (herumiMinPk) verify(key, message, signature []byte) bool {
	p, s := new(herumi.PublicKey), new(herumi.Sign)
	return len(key) == 48 && len(signature) == 96 && p.Deserialize(key) == nil &&
		s.Deserialize(signature) == nil && !p.IsZero() && !s.IsZero() && s.VerifyByte(p, message)
}

func (herumiMinPk) aggregate(signatures [][]byte) []byte {
	points := make([]herumi.Sign, len(signatures))
	for i, signature := range signatures {
		if err := points[i].Deserialize(signature); err != nil {
			panic(err)
		}
	}
	sum := new(herumi.Sign)
	sum.Aggregate(points)
	return sum.Serialize()
}

type hexBytes []byte

func (h *hexBytes) UnmarshalJSON(text []byte) error {
	var digits string
	if err := json.Unmarshal(text, &digits); err != nil {
		return err
	}
	bytes, err := hex.DecodeString(strings.TrimPrefix(digits, "0x"))
	*h = bytes
	return err
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
