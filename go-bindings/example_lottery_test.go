package pairlane_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"math/big"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// exampleVRFKey is the same in each example; examplePublic is its public key.
func exampleVRFKey() *pairlane.VRFKey {
	key, err := pairlane.VRFKeyFromSeed(pairlane.VRFTai, bytes.Repeat([]byte{42}, 32))
	if err != nil {
		log.Fatal(err)
	}
	return key
}

func exampleVRFPublic() []byte {
	public, err := exampleVRFKey().PublicKey()
	if err != nil {
		log.Fatal(err)
	}
	return public
}

// exampleProofs is two proofs of the example key, the second about another alpha than it says.
func exampleProofs() pairlane.VRFBatch {
	key := exampleVRFKey()
	defer key.Close()
	batch := pairlane.VRFBatch{
		Suite: pairlane.VRFTai, Keys: bytes.Repeat(exampleVRFPublic(), 2),
		Alphas: []byte("round 7round 9"), AlphaEnds: []uint64{7, 14},
	}
	for _, alpha := range []string{"round 7", "round 8"} {
		proof, err := key.ProveAnnounced([]byte(alpha))
		if err != nil {
			log.Fatal(err)
		}
		batch.Proofs = append(batch.Proofs, proof...)
	}
	return batch
}

func exampleStakes() *pairlane.Stakes {
	stakes, err := pairlane.NewStakes([]pairlane.Validator{
		{ID: []byte("alice"), Stake: pairlane.Stake{Lo: 70}},
		{ID: []byte("bob"), Stake: pairlane.Stake{}},
		{ID: []byte("carol"), Stake: pairlane.Stake{Lo: 30}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return stakes
}

// A lottery from start to end: prove, verify, select.
func ExampleStakes() {
	key, stakes := exampleVRFKey(), exampleStakes()
	defer key.Close()
	defer stakes.Close()
	alpha := []byte("block 6") // fixed before anybody could try another

	proof, err := key.Prove(alpha)
	if err != nil {
		log.Fatal(err)
	}
	output, err := pairlane.VerifyVRF(pairlane.VRFTai, exampleVRFPublic(), alpha, proof)
	if err != nil {
		log.Fatal(err)
	}
	leader, err := stakes.Select([]byte("MYCHAIN_PROPOSER_V1"), output)
	fmt.Println([]string{"alice", "bob", "carol"}[leader], err)
	// Output: alice <nil>
}

func ExampleGenerateVRFKey() {
	key, err := pairlane.GenerateVRFKey(pairlane.VRFTai)
	if err != nil {
		log.Fatal(err)
	}
	defer key.Close()             // wipes it
	fmt.Println(key, key.Suite()) // a log shows no secret
	// Output: pairlane.VRFKey ECVRF-EDWARDS25519-SHA512-TAI
}

func ExampleVRFKeyFromSeed() {
	key, err := pairlane.VRFKeyFromSeed(pairlane.VRFEll2, bytes.Repeat([]byte{42}, pairlane.VRFSeedLength))
	if err != nil {
		log.Fatal(err)
	}
	defer key.Close()
	_, err = pairlane.VRFKeyFromSeed(pairlane.VRFEll2, []byte("too short"))
	fmt.Println(errors.Is(err, pairlane.ErrBadSecretKey))
	// Output: true
}

// Example 16 of RFC 9381, appendix B.3.
func ExampleVRFKeyFromRFC9381() {
	key, err := pairlane.VRFKeyFromRFC9381(pairlane.VRFTai, []byte{
		0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
		0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer key.Close()
	public, err := key.PublicKey()
	fmt.Printf("%x %v\n", public[:4], err)
	// Output: d75a9801 <nil>
}

func ExampleVRFSuite_PublicKeyLength() {
	fmt.Println(pairlane.VRFTai.PublicKeyLength(), pairlane.VRFP256Sswu.PublicKeyLength())
	// Output: 32 33
}

func ExampleVRFSuite_ProofLength() {
	fmt.Println(pairlane.VRFTai.ProofLength(), pairlane.VRFP256Sswu.ProofLength())
	// Output: 80 81
}

func ExampleVRFSuite_OutputLength() {
	fmt.Println(pairlane.VRFTai.OutputLength(), pairlane.VRFP256Sswu.OutputLength())
	// Output: 64 32
}

func ExampleVRFKey_PublicKey() {
	key := exampleVRFKey()
	defer key.Close()
	public, err := key.PublicKey()
	fmt.Println(len(public), err)
	// Output: 32 <nil>
}

func ExampleVRFKey_Prove() {
	key := exampleVRFKey()
	defer key.Close()
	proof, err := key.Prove([]byte("round 7"))
	fmt.Println(len(proof), err)
	// Output: 80 <nil>
}

// Both forms prove the same output.
func ExampleVRFKey_ProveAnnounced() {
	key := exampleVRFKey()
	defer key.Close()
	proof, _ := key.Prove([]byte("round 7"))
	announced, err := key.ProveAnnounced([]byte("round 7"))
	if err != nil {
		log.Fatal(err)
	}
	first, _ := pairlane.VerifyVRF(key.Suite(), exampleVRFPublic(), []byte("round 7"), proof)
	second, err := pairlane.VerifyVRF(key.Suite(), exampleVRFPublic(), []byte("round 7"), announced)
	fmt.Println(len(announced), bytes.Equal(first, second), err)
	// Output: 128 true <nil>
}

func ExampleVerifyVRF() {
	key := exampleVRFKey()
	defer key.Close()
	proof, _ := key.Prove([]byte("round 7"))
	output, err := pairlane.VerifyVRF(pairlane.VRFTai, exampleVRFPublic(), []byte("round 7"), proof)
	fmt.Println(len(output), err)
	_, err = pairlane.VerifyVRF(pairlane.VRFTai, exampleVRFPublic(), []byte("round 8"), proof)
	fmt.Println(errors.Is(err, pairlane.ErrWrongProof))
	// Output:
	// 64 <nil>
	// true
}

func ExampleVRFProofToHash() {
	key := exampleVRFKey()
	defer key.Close()
	proof, _ := key.Prove([]byte("round 7"))
	verified, _ := pairlane.VerifyVRF(pairlane.VRFTai, exampleVRFPublic(), []byte("round 7"), proof)
	claimed, err := pairlane.VRFProofToHash(pairlane.VRFTai, proof)
	fmt.Println(bytes.Equal(claimed, verified), err)
	// Output: true <nil>
}

func ExampleVRFBatch_Len() {
	batch := exampleProofs()
	fmt.Println(batch.Len())
	// Output: 2
}

func ExampleVRFVerifier_Verify() {
	batch := exampleProofs()
	verdicts := make([]pairlane.Verdict, batch.Len())
	outputs := make([]byte, batch.Len()*pairlane.VRFOutputLength)
	verifier := pairlane.VRFVerifier{}
	invalid, err := verifier.Verify(context.Background(), &batch, verdicts, outputs)
	fmt.Println(invalid, err, verdicts)
	// Output: 1 <nil> [valid wrong proof for this key and alpha]
}

func ExampleVRFVerifier_VerifyAll() {
	pool, err := pairlane.NewPool(2)
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	verifier := pairlane.VRFVerifier{Pool: pool}
	batch := exampleProofs()
	_, err = verifier.VerifyAll(context.Background(), &batch)
	var failure *pairlane.Error
	if errors.As(err, &failure) && errors.Is(err, pairlane.ErrWrongProof) {
		fmt.Println("item", failure.Index, "is wrong")
	}
	// Output: item 1 is wrong
}

func ExampleNewStakes() {
	_, err := pairlane.NewStakes([]pairlane.Validator{
		{ID: []byte("alice"), Stake: pairlane.Stake{Lo: 70}},
		{ID: []byte("alice"), Stake: pairlane.Stake{Lo: 30}},
	})
	var failure *pairlane.Error
	fmt.Println(errors.As(err, &failure), failure.Index, errors.Is(err, pairlane.ErrDuplicateID))
	// Output: true 1 true
}

func ExampleStakes_Add() {
	stakes := exampleStakes()
	defer stakes.Close()
	position, err := stakes.Add([]byte("dave"), pairlane.Stake{Lo: 5})
	fmt.Println(position, err)
	// Output: 3 <nil>
}

func ExampleStakes_Update() {
	stakes := exampleStakes()
	defer stakes.Close()
	fmt.Println(stakes.Update([]byte("bob"), pairlane.Stake{Lo: 1_000_000}))
	fmt.Println(errors.Is(stakes.Update([]byte("dave"), pairlane.Stake{}), pairlane.ErrUnknownID))
	// Output:
	// <nil>
	// true
}

func ExampleStakes_Len() {
	stakes := exampleStakes()
	defer stakes.Close()
	fmt.Println(stakes.Len())
	// Output: 3
}

func ExampleStakes_Total() {
	stakes := exampleStakes()
	defer stakes.Close()
	total, err := stakes.Total()
	fmt.Println(total, err)
	// Output: 100 <nil>
}

func ExampleStakes_Select() {
	stakes := exampleStakes()
	defer stakes.Close()
	output := make([]byte, pairlane.VRFOutputLength)
	leader, err := stakes.Select([]byte("MYCHAIN_PROPOSER_V1"), output)
	fmt.Println(leader, err)
	// Output: 0 <nil>
}

func ExampleStakes_Committee() {
	stakes := exampleStakes()
	defer stakes.Close()
	output := make([]byte, pairlane.VRFOutputLength)
	members, err := stakes.Committee([]byte("MYCHAIN_COMMITTEE_V1"), output, 2)
	fmt.Println(members, err)
	_, err = stakes.Committee([]byte("MYCHAIN_COMMITTEE_V1"), output, 3) // bob has no stake
	fmt.Println(errors.Is(err, pairlane.ErrNoStake))
	// Output:
	// [0 2] <nil>
	// true
}

func ExampleParseStake() {
	stake, err := pairlane.ParseStake("340282366920938463463374607431768211455")
	fmt.Println(stake == pairlane.Stake{Hi: 1<<64 - 1, Lo: 1<<64 - 1}, err)
	_, err = pairlane.ParseStake("-1")
	fmt.Println(errors.Is(err, pairlane.ErrBadText))
	// Output:
	// true <nil>
	// true
}

func ExampleStakeFromBig() {
	stake, err := pairlane.StakeFromBig(new(big.Int).Lsh(big.NewInt(1), 64))
	fmt.Println(stake.Hi, stake.Lo, err)
	// Output: 1 0 <nil>
}

func ExampleStake_Big() {
	fmt.Println(pairlane.Stake{Hi: 1}.Big())
	// Output: 18446744073709551616
}
