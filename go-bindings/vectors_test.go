package pairlane

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The files that every other language reads too: tests/vectors/PROVENANCE.md says where they come
// from. Each test says how many cases it must see.

const vectors = "../tests/vectors"

// hexBytes is hex with or without 0x; null leaves it nil.
type hexBytes []byte

func (h *hexBytes) UnmarshalJSON(text []byte) error {
	var digits *string
	if err := json.Unmarshal(text, &digits); err != nil || digits == nil {
		return err
	}
	bytes, err := hex.DecodeString(strings.TrimPrefix(*digits, "0x"))
	*h = append(hexBytes{}, bytes...)
	return err
}

func concat(parts []hexBytes) (flat []byte, ends []uint64) {
	for _, part := range parts {
		flat = append(flat, part...)
		ends = append(ends, uint64(len(flat)))
	}
	return flat, ends
}

func readJSON(t testing.TB, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(vectors, path))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// ethereum runs each case of a folder.
func ethereum[Case any](t *testing.T, folder string, cases int, run func(t *testing.T, c Case)) {
	t.Run(folder, func(t *testing.T) {
		paths, err := filepath.Glob(filepath.Join(vectors, "ethereum-bls12-381-tests", folder, "*.json"))
		if err != nil || len(paths) != cases {
			t.Fatalf("%d cases, %d are there: %v", cases, len(paths), err)
		}
		for _, path := range paths {
			t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
				var c Case
				readJSON(t, strings.TrimPrefix(path, vectors), &c)
				run(t, c)
			})
		}
	})
}

type signed struct {
	PubKey    hexBytes
	PubKeys   []hexBytes
	Message   hexBytes
	Messages  []hexBytes
	Signature hexBytes
	// batch_verify has several.
	Signatures []hexBytes
}

type verdictCase struct {
	Input  signed
	Output bool
}

func TestEthereum(t *testing.T) {
	suite := standardSuite(t, MinPk, ProofOfPossession)
	verifier := newVerifier(t, MinPk, VerifierOptions{})
	ctx := context.Background()

	ethereum(t, "sign", 10, func(t *testing.T, c struct {
		Input  struct{ PrivKey, Message hexBytes }
		Output hexBytes
	}) {
		key, err := SecretKeyFromBytes(c.Input.PrivKey)
		if c.Output == nil {
			if !errors.Is(err, ErrBadSecretKey) {
				t.Error(err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		defer key.Close()
		if signature, err := key.Sign(suite, c.Input.Message); err != nil || !bytes.Equal(signature, c.Output) {
			t.Errorf("%x, %v", signature, err)
		}
	})
	ethereum(t, "verify", 29, func(t *testing.T, c verdictCase) {
		in := c.Input
		if err := Verify(suite, in.PubKey, in.Message, in.Signature); (err == nil) != c.Output {
			t.Error(err)
		}
		checkBatchOf(t, verifier, suite, in.PubKey, in.Message, in.Signature, c.Output)
	})
	ethereum(t, "batch_verify", 4, func(t *testing.T, c verdictCase) {
		keys, _ := concat(c.Input.PubKeys)
		messages, ends := concat(c.Input.Messages)
		signatures, _ := concat(c.Input.Signatures)
		batch := Batch{
			Suite: suite, Keys: keys, Messages: messages, MessageEnds: ends, Signatures: signatures,
		}
		err := verifier.VerifyAll(ctx, &batch)
		if (err == nil) != c.Output || err != nil && !errors.Is(err, ErrInvalid) {
			t.Error(err)
		}
	})
	ethereum(t, "aggregate", 6, func(t *testing.T, c struct {
		Input  []hexBytes
		Output hexBytes
	}) {
		flat, _ := concat(c.Input)
		aggregate, err := AggregateSignatures(ctx, MinPk, flat)
		if !bytes.Equal(aggregate, c.Output) || (err == nil) != (c.Output != nil) {
			t.Errorf("%x, %v", aggregate, err)
		}
	})
	ethereum(t, "aggregate_verify", 5, func(t *testing.T, c verdictCase) {
		keys, _ := concat(c.Input.PubKeys)
		messages, ends := concat(c.Input.Messages)
		err := AggregateVerify(ctx, suite, keys, messages, ends, c.Input.Signature)
		if (err == nil) != c.Output {
			t.Error(err)
		}
	})
	ethereum(t, "fast_aggregate_verify", 12, func(t *testing.T, c verdictCase) {
		keys, _ := concat(c.Input.PubKeys)
		err := FastAggregateVerify(ctx, suite, keys, c.Input.Message, c.Input.Signature)
		if (err == nil) != c.Output {
			t.Error(err)
		}
	})
	ethereum(t, "deserialization_G1", 16, func(t *testing.T, c verdictCase) {
		if err := ValidateSignature(MinSig, c.Input.PubKey); (err == nil) != c.Output {
			t.Error(err)
		}
	})
	ethereum(t, "deserialization_G2", 18, func(t *testing.T, c verdictCase) {
		if err := ValidateSignature(MinPk, c.Input.Signature); (err == nil) != c.Output {
			t.Error(err)
		}
	})
}

// checkBatchOf wants the same verdict from a batch of one and from a builder.
func checkBatchOf(
	t *testing.T, verifier *Verifier, suite *Suite, key, message, signature []byte, want bool,
) {
	t.Helper()
	builder, err := NewBuilder(1, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer builder.Close()
	if err := builder.Push(suite, key, message, signature); err != nil {
		t.Fatal(err)
	}
	verdicts, invalid, err := builder.Verify(context.Background(), verifier)
	if err != nil || len(verdicts) != 1 || verdicts[0].IsValid() != want || (invalid == 0) != want {
		t.Error("builder:", verdicts, invalid, err)
		return
	}
	if len(key) == 0 || len(signature) == 0 {
		return // without a length there is no telling how many items there are
	}
	batch := Batch{
		Suite: suite, Keys: key, KeyLength: len(key), Messages: message, MessageLength: len(message),
		Signatures: signature, SignatureLength: len(signature),
	}
	var verdict [1]Verdict
	_, err = verifier.Verify(context.Background(), &batch, verdict[:])
	if err != nil || verdict[0] != verdicts[0] {
		t.Error("batch:", verdict, "builder:", verdicts, err)
	}
}

func TestSignatures(t *testing.T) {
	for _, file := range []struct {
		name    string
		variant Variant
		cases   int
	}{{"min_pk_sign", MinPk, 559}, {"min_sig_sign", MinSig, 128}} {
		t.Run(file.name, func(t *testing.T) {
			var table struct{ Rows [][3]hexBytes }
			readJSON(t, "signatures/"+file.name+".json", &table)
			if len(table.Rows) != file.cases {
				t.Fatal(len(table.Rows), "cases")
			}
			suite := standardSuite(t, file.variant, Basic)
			batch := Batch{Suite: suite, MessageEnds: []uint64{}}
			for i, row := range table.Rows {
				key, err := SecretKeyFromBytes(row[0])
				if err != nil {
					t.Fatal(i, err)
				}
				signature, err := key.Sign(suite, row[1])
				if err != nil || !bytes.Equal(signature, row[2]) {
					t.Fatalf("%d: %x, %v", i, signature, err)
				}
				public, err := key.PublicKey(file.variant)
				if err != nil {
					t.Fatal(i, err)
				}
				key.Close()
				batch.Keys = append(batch.Keys, public...)
				batch.Messages = append(batch.Messages, row[1]...)
				batch.MessageEnds = append(batch.MessageEnds, uint64(len(batch.Messages)))
				batch.Signatures = append(batch.Signatures, signature...)
			}
			verifier := newVerifier(t, file.variant, VerifierOptions{})
			if err := verifier.VerifyAll(context.Background(), &batch); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWycheproof(t *testing.T) {
	verifier := newVerifier(t, MinPk, VerifierOptions{})
	for _, file := range []struct {
		name   string
		scheme Scheme
		cases  int
	}{{"basic", Basic, 88}, {"pop", ProofOfPossession, 26}} {
		t.Run(file.name, func(t *testing.T) {
			var table struct {
				TestGroups []struct {
					PublicKey struct{ PK hexBytes }
					Tests     []struct {
						Comment, Result string
						Msg, Sig        hexBytes
					}
				}
			}
			readJSON(t, "wycheproof/bls_sig_g2_"+file.name+"_verify_test.json", &table)
			suite := standardSuite(t, MinPk, file.scheme)
			cases := 0
			for _, group := range table.TestGroups {
				for _, test := range group.Tests {
					want := test.Result == "valid"
					err := Verify(suite, group.PublicKey.PK, test.Msg, test.Sig)
					if (err == nil) != want {
						t.Errorf("%s: %v", test.Comment, err)
					}
					checkBatchOf(t, verifier, suite, group.PublicKey.PK, test.Msg, test.Sig, want)
					cases++
				}
			}
			if cases != file.cases {
				t.Error(cases, "cases")
			}
		})
	}
}

func TestDerivation(t *testing.T) {
	var table struct {
		Cases []struct {
			Seed       hexBytes
			MasterSK   hexBytes    `json:"master_sk"`
			ChildIndex json.Number `json:"child_index"`
			ChildSK    hexBytes    `json:"child_sk"`
		}
	}
	readJSON(t, "eip2333.json", &table)
	if len(table.Cases) != 4 {
		t.Fatal(len(table.Cases), "cases")
	}
	for _, c := range table.Cases {
		for path, want := range map[string]hexBytes{"m": c.MasterSK, "m/" + c.ChildIndex.String(): c.ChildSK} {
			key, err := DeriveSecretKey(c.Seed, path)
			if err != nil {
				t.Fatal(path, err)
			}
			if got, err := key.Expose(); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %x, %v", path, got, err)
			}
			key.Close()
		}
	}
}

func TestDrand(t *testing.T) {
	var table struct {
		Cases []struct {
			Name, Scheme, DST  string
			PublicKeys         []hexBytes `json:"public_keys"`
			Message, Signature hexBytes
		}
	}
	readJSON(t, "networks/drand.json", &table)
	if len(table.Cases) != 2 {
		t.Fatal(len(table.Cases), "cases")
	}
	for _, c := range table.Cases {
		variant := map[string]Variant{"min_pk": MinPk, "min_sig": MinSig}[c.Scheme]
		suite, err := NewSuite(variant, Basic, []byte(c.DST))
		if err != nil {
			t.Fatal(err)
		}
		defer suite.Close()
		if err := Verify(suite, c.PublicKeys[0], c.Message, c.Signature); err != nil {
			t.Error(c.Name, err)
		}
	}
}

func standardSuite(t testing.TB, variant Variant, scheme Scheme) *Suite {
	t.Helper()
	suite, err := StandardSuite(variant, scheme)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { suite.Close() })
	return suite
}

func newVerifier(t testing.TB, variant Variant, options VerifierOptions) *Verifier {
	t.Helper()
	verifier, err := NewVerifier(variant, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { verifier.Close() })
	return verifier
}
