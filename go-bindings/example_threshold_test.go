package pairlane_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// exampleGroup is the example key, dealt so that two of three holders can sign.
func exampleGroup() (*pairlane.Group, []*pairlane.KeyShare) {
	group, shares, err := pairlane.DealKey(exampleKey(), pairlane.MinPk, 2, 3)
	if err != nil {
		log.Fatal(err)
	}
	return group, shares
}

// examplePartials is what the three holders sign; the second signs another block.
func examplePartials(group *pairlane.Group, shares []*pairlane.KeyShare) (partials []byte) {
	for i, message := range []string{"block 7", "block 8", "block 7"} {
		partial, err := shares[i].Sign(group, exampleSuite(), []byte(message))
		if err != nil {
			log.Fatal(err)
		}
		partials = append(partials, partial...)
	}
	return partials
}

// Deal a key, sign by some of its holders, combine: from start to end.
func ExampleGroup() {
	suite := exampleSuite()
	group, shares, err := pairlane.DealKey(exampleKey(), pairlane.MinPk, 2, 3)
	if err != nil {
		log.Fatal(err)
	}
	defer group.Close()

	var partials []byte
	for _, share := range shares[1:] { // any two of the three
		partial, err := share.Sign(group, suite, []byte("block 7"))
		if err != nil {
			log.Fatal(err)
		}
		partials = append(partials, partial...)
		share.Close() // wipes it
	}
	signature, _, err := group.Combine(context.Background(), suite, nil, []byte("block 7"), partials)
	if err != nil {
		log.Fatal(err)
	}
	whole, _ := exampleKey().Sign(suite, []byte("block 7"))
	fmt.Println(bytes.Equal(signature, whole))
	// Output: true
}

func ExampleDealKey() {
	group, shares, err := pairlane.DealKey(exampleKey(), pairlane.MinPk, 2, 3)
	if err != nil {
		log.Fatal(err)
	}
	defer group.Close()
	fmt.Println(group.Required(), "of", group.Participants(), len(shares), shares[0]) // a log shows no secret
	_, _, err = pairlane.DealKey(exampleKey(), pairlane.MinPk, 4, 3)
	fmt.Println(errors.Is(err, pairlane.ErrBadThreshold))
	// Output:
	// 2 of 3 3 pairlane.KeyShare
	// true
}

// Whoever has the commitment and the threshold has the group.
func ExampleNewGroup() {
	dealt, _ := exampleGroup()
	commitment, _ := dealt.Commitment()
	group, err := pairlane.NewGroup(pairlane.MinPk, 2, 3, commitment)
	if err != nil {
		log.Fatal(err)
	}
	defer group.Close()
	first, _ := dealt.HolderKey(1)
	same, _ := group.HolderKey(1)
	fmt.Println(bytes.Equal(first, same))
	// Output: true
}

func ExampleGroup_Required() {
	group, _ := exampleGroup()
	defer group.Close()
	fmt.Println(group.Required())
	// Output: 2
}

func ExampleGroup_Participants() {
	group, _ := exampleGroup()
	defer group.Close()
	fmt.Println(group.Participants())
	// Output: 3
}

func ExampleGroup_Commitment() {
	group, _ := exampleGroup()
	defer group.Close()
	commitment, err := group.Commitment()
	fmt.Println(len(commitment), err)
	// Output: 98 <nil>
}

func ExampleGroup_PublicKey() {
	group, _ := exampleGroup()
	defer group.Close()
	dealt, _ := exampleKey().PublicKey(pairlane.MinPk)
	public, err := group.PublicKey()
	fmt.Println(bytes.Equal(public, dealt), err)
	// Output: true <nil>
}

func ExampleGroup_HolderKey() {
	group, _ := exampleGroup()
	defer group.Close()
	key, err := group.HolderKey(3)
	fmt.Println(len(key), err)
	_, err = group.HolderKey(4)
	fmt.Println(errors.Is(err, pairlane.ErrNotOfGroup))
	// Output:
	// 48 <nil>
	// true
}

func ExampleGroup_VerifyPartial() {
	group, shares := exampleGroup()
	defer group.Close()
	partial, _ := shares[0].Sign(group, exampleSuite(), []byte("block 7"))
	fmt.Println(group.VerifyPartial(exampleSuite(), []byte("block 7"), partial))
	err := group.VerifyPartial(exampleSuite(), []byte("block 8"), partial)
	fmt.Println(errors.Is(err, pairlane.ErrWrongSignature))
	// Output:
	// <nil>
	// true
}

func ExampleGroup_VerifyPartials() {
	group, shares := exampleGroup()
	defer group.Close()
	verdicts := make([]pairlane.Verdict, 3)
	invalid, err := group.VerifyPartials(context.Background(), exampleSuite(), nil, []byte("block 7"),
		examplePartials(group, shares), verdicts)
	fmt.Println(invalid, err, verdicts)
	// Output: 1 <nil> [valid wrong signature for this key and message valid]
}

// Wrong partial signatures are left out, and named.
func ExampleGroup_Combine() {
	group, shares := exampleGroup()
	defer group.Close()
	signature, wrong, err := group.Combine(context.Background(), exampleSuite(), nil, []byte("block 7"),
		examplePartials(group, shares))
	fmt.Println(len(signature), wrong, err)
	// Output: 96 [1] <nil>
}

func ExampleRecoverSignature() {
	group, shares := exampleGroup()
	defer group.Close()
	partials := examplePartials(group, shares)
	good := append(partials[:98:98], partials[2*98:]...)
	signature, err := pairlane.RecoverSignature(pairlane.MinPk, 2, good)
	if err != nil {
		log.Fatal(err)
	}
	public, _ := group.PublicKey()
	fmt.Println(pairlane.Verify(exampleSuite(), public, []byte("block 7"), signature))
	// Output: <nil>
}

func ExampleKeyShareFromBytes() {
	_, shares := exampleGroup()
	encoded, err := shares[2].Expose()
	if err != nil {
		log.Fatal(err)
	}
	defer clear(encoded)
	share, err := pairlane.KeyShareFromBytes(encoded)
	if err != nil {
		log.Fatal(err)
	}
	defer share.Close()
	fmt.Println(share.Index())
	// Output: 3
}

func ExampleKeyShare_Index() {
	_, shares := exampleGroup()
	fmt.Println(shares[0].Index(), shares[2].Index())
	// Output: 1 3
}

func ExampleKeyShare_Check() {
	group, shares := exampleGroup()
	_, others := exampleGroup()
	fmt.Println(shares[0].Check(group), errors.Is(others[0].Check(group), pairlane.ErrWrongShare))
	// Output: <nil> true
}

func ExampleKeyShare_Sign() {
	group, shares := exampleGroup()
	defer group.Close()
	partial, err := shares[0].Sign(group, exampleSuite(), []byte("block 7"))
	fmt.Println(len(partial), err)
	// Output: 98 <nil>
}

func ExampleKeyShare_Expose() {
	_, shares := exampleGroup()
	encoded, err := shares[0].Expose()
	if err != nil {
		log.Fatal(err)
	}
	defer clear(encoded)
	fmt.Println(len(encoded))
	// Output: 34
}

// A backup is restored from the shares of any two holders.
func ExampleRecoverSecretKey() {
	_, shares := exampleGroup()
	key, err := pairlane.RecoverSecretKey(2, shares[1:])
	if err != nil {
		log.Fatal(err)
	}
	defer key.Close()
	public, _ := key.PublicKey(pairlane.MinPk)
	dealt, _ := exampleKey().PublicKey(pairlane.MinPk)
	fmt.Println(bytes.Equal(public, dealt))
	// Output: true
}

func ExampleVariant_PartialSignatureLength() {
	fmt.Println(pairlane.MinPk.PartialSignatureLength(), pairlane.MinSig.PartialSignatureLength())
	// Output: 98 50
}

func ExampleSecretKey_ProveBLSVRF() {
	key := exampleKey()
	defer key.Close()
	proof, err := key.ProveBLSVRF(pairlane.MinSig, nil, []byte("round 7"))
	fmt.Println(len(proof), err)
	// Output: 48 <nil>
}

func ExampleVerifyBLSVRF() {
	key := exampleKey()
	defer key.Close()
	public, _ := key.PublicKey(pairlane.MinSig)
	proof, _ := key.ProveBLSVRF(pairlane.MinSig, nil, []byte("round 7"))
	output, err := pairlane.VerifyBLSVRF(pairlane.MinSig, nil, public, []byte("round 7"), proof)
	fmt.Println(len(output), err)
	_, err = pairlane.VerifyBLSVRF(pairlane.MinSig, nil, public, []byte("round 8"), proof)
	fmt.Println(errors.Is(err, pairlane.ErrWrongProof))
	// Output:
	// 32 <nil>
	// true
}

// A random beacon that no minority can predict: the proof is what a group combines.
func ExampleBLSVRFProofToHash() {
	tag := []byte("MYCHAIN_BEACON_V1")
	suite, err := pairlane.NewSuite(pairlane.MinPk, pairlane.Basic, tag)
	if err != nil {
		log.Fatal(err)
	}
	defer suite.Close()
	group, shares := exampleGroup()
	defer group.Close()
	var partials []byte
	for _, share := range shares[:2] {
		partial, _ := share.Sign(group, suite, []byte("round 7"))
		partials = append(partials, partial...)
	}
	proof, _, err := group.Combine(context.Background(), suite, nil, []byte("round 7"), partials)
	if err != nil {
		log.Fatal(err)
	}
	output, _ := pairlane.BLSVRFProofToHash(pairlane.MinPk, tag, proof) // Combine has verified it
	public, _ := group.PublicKey()
	verified, err := pairlane.VerifyBLSVRF(pairlane.MinPk, tag, public, []byte("round 7"), proof)
	fmt.Println(bytes.Equal(output, verified), err)
	// Output: true <nil>
}
