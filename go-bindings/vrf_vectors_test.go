package pairlane

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// rfc9381 is the examples of RFC 9381, appendix B, and proofs that have to be refused.
type rfc9381 struct {
	Suites map[string]struct {
		Vectors []struct{ SK, PK, Alpha, U, V, Pi, Beta hexBytes }
	}
	NegativeCases struct {
		Cases []struct {
			Suite, Why    string
			PK, Alpha, Pi hexBytes
		}
	} `json:"negative_cases"`
}

var vrfSuites = []VRFSuite{VRFTai, VRFEll2, VRFP256Tai, VRFP256Sswu}

func TestRFC9381(t *testing.T) {
	var table rfc9381
	readJSON(t, "vrf/rfc9381.json", &table)
	for _, suite := range vrfSuites {
		t.Run(suite.String(), func(t *testing.T) {
			vectors := table.Suites[suite.String()].Vectors
			if len(vectors) != 3 {
				t.Fatal(len(vectors), "cases")
			}
			for i, c := range vectors {
				key, err := VRFKeyFromRFC9381(suite, c.SK)
				must(t, err)
				defer key.Close()
				same := func(what string, got []byte, err error, want []byte) {
					t.Helper()
					if err != nil || !bytes.Equal(got, want) {
						t.Errorf("%d, %s: %x, %v", i, what, got, err)
					}
				}
				public, err := key.PublicKey()
				same("public key", public, err, c.PK)
				proof, err := key.Prove(c.Alpha)
				same("proof", proof, err, c.Pi)
				output, err := VerifyVRF(suite, c.PK, c.Alpha, c.Pi)
				same("output", output, err, c.Beta)
				output, err = VRFProofToHash(suite, c.Pi)
				same("claimed output", output, err, c.Beta)
				announced, err := key.ProveAnnounced(c.Alpha)
				if suite == VRFP256Tai || suite == VRFP256Sswu {
					expect(t, err, ErrBadLength, -1) // has none
				} else {
					// Gamma, U, V, s.
					same("announced", announced, err, bytes.Join([][]byte{c.Pi[:32], c.U, c.V, c.Pi[48:]}, nil))
					output, err = VerifyVRF(suite, c.PK, c.Alpha, announced)
					same("output, announced", output, err, c.Beta)
				}
				lengths := []int{suite.PublicKeyLength(), suite.ProofLength(), suite.OutputLength()}
				if !slices.Equal(lengths, []int{len(c.PK), len(c.Pi), len(c.Beta)}) {
					t.Error(lengths)
				}
				_, err = VerifyVRF(suite, c.PK, append(c.Alpha, 0), c.Pi)
				expect(t, err, ErrWrongProof, -1)
			}
		})
	}
}

func TestRFC9381Refusals(t *testing.T) {
	var table rfc9381
	readJSON(t, "vrf/rfc9381.json", &table)
	cases := 0
	for _, c := range table.NegativeCases.Cases {
		for _, suite := range vrfSuites {
			if suite.String() != c.Suite {
				continue
			}
			cases++
			_, err := VerifyVRF(suite, c.PK, c.Alpha, c.Pi)
			if !errors.Is(err, ErrWrongProof) && !errors.Is(err, ErrBadProof) && !errors.Is(err, ErrSmallOrder) {
				t.Errorf("%s: %v", c.Why, err)
			}
		}
	}
	if cases != 5 {
		t.Error(cases, "cases")
	}
}
