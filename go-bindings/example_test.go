package pairlane_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// exampleKey is the same in each example; exampleSuite is Ethereum's.
func exampleKey() *pairlane.SecretKey {
	key, err := pairlane.SecretKeyFromSeed(bytes.Repeat([]byte{42}, 32), nil)
	if err != nil {
		log.Fatal(err)
	}
	return key
}

func exampleSuite() *pairlane.Suite {
	suite, err := pairlane.StandardSuite(pairlane.MinPk, pairlane.ProofOfPossession)
	if err != nil {
		log.Fatal(err)
	}
	return suite
}

// signedBlocks is the key and three signed messages of 7 bytes each; the last signature is of another
// message.
func signedBlocks() (key, messages, signatures []byte) {
	secret, suite := exampleKey(), exampleSuite()
	key, err := secret.PublicKey(pairlane.MinPk)
	if err != nil {
		log.Fatal(err)
	}
	for _, message := range []string{"block 7", "block 8", "block 0"} {
		signature, err := secret.Sign(suite, []byte(message))
		if err != nil {
			log.Fatal(err)
		}
		signatures = append(signatures, signature...)
	}
	return key, []byte("block 7block 8block 9"), signatures
}

func ExampleStandardSuite() {
	suite, err := pairlane.StandardSuite(pairlane.MinSig, pairlane.Basic)
	if err != nil {
		log.Fatal(err)
	}
	defer suite.Close()
	fmt.Println(suite.Variant(), suite.Scheme())
	// Output: min-sig basic
}

func ExampleNewSuite() {
	suite, err := pairlane.NewSuite(pairlane.MinPk, pairlane.Augmented, []byte("MYCHAIN_VOTE_V1"))
	if err != nil {
		log.Fatal(err)
	}
	defer suite.Close()
	signature, err := exampleKey().Sign(suite, []byte("vote"))
	fmt.Println(len(signature), err)
	// Output: 96 <nil>
}

func ExampleGenerateSecretKey() {
	key, err := pairlane.GenerateSecretKey()
	if err != nil {
		log.Fatal(err)
	}
	defer key.Close() // wipes it
	fmt.Println(key)  // a log shows no secret
	// Output: pairlane.SecretKey
}

func ExampleSecretKeyFromSeed() {
	key, err := pairlane.SecretKeyFromSeed(bytes.Repeat([]byte{42}, 32), []byte("validator 1"))
	if err != nil {
		log.Fatal(err)
	}
	defer key.Close()
	_, err = pairlane.SecretKeyFromSeed([]byte("too short"), nil)
	fmt.Println(errors.Is(err, pairlane.ErrBadSecretKey))
	// Output: true
}

func ExampleDeriveSecretKey() {
	key, err := pairlane.DeriveSecretKey(bytes.Repeat([]byte{42}, 32), "m/12381/3600/0/0/0")
	if err != nil {
		log.Fatal(err)
	}
	defer key.Close()
	public, err := key.PublicKey(pairlane.MinPk)
	fmt.Println(len(public), err)
	// Output: 48 <nil>
}

func ExampleSecretKeyFromBytes() {
	one := make([]byte, pairlane.SecretKeyLength)
	one[31] = 1
	key, err := pairlane.SecretKeyFromBytes(one)
	if err != nil {
		log.Fatal(err)
	}
	defer key.Close()
	public, err := key.PublicKey(pairlane.MinPk) // the generator of G1
	fmt.Printf("%x %v\n", public[:4], err)
	// Output: 97f1d3a7 <nil>
}

func ExampleSecretKey_PublicKey() {
	key := exampleKey()
	defer key.Close()
	for _, variant := range []pairlane.Variant{pairlane.MinPk, pairlane.MinSig} {
		public, err := key.PublicKey(variant)
		fmt.Println(variant, len(public), err)
	}
	// Output:
	// min-pk 48 <nil>
	// min-sig 96 <nil>
}

func ExampleSecretKey_Sign() {
	key, suite := exampleKey(), exampleSuite()
	signature, err := key.Sign(suite, []byte("block 7"))
	fmt.Println(len(signature), err)
	// Output: 96 <nil>
}

func ExampleSecretKey_ProvePossession() {
	key := exampleKey()
	public, _ := key.PublicKey(pairlane.MinPk)
	proof, err := key.ProvePossession(pairlane.MinPk, nil)
	fmt.Println(err, pairlane.VerifyPossession(pairlane.MinPk, nil, public, proof))
	// Output: <nil> <nil>
}

func ExampleSecretKey_Expose() {
	encoded, err := exampleKey().Expose()
	if err != nil {
		log.Fatal(err)
	}
	defer clear(encoded)
	fmt.Println(len(encoded))
	// Output: 32
}

func ExampleVerify() {
	suite := exampleSuite()
	key, _, signatures := signedBlocks()
	fmt.Println(pairlane.Verify(suite, key, []byte("block 7"), signatures[:96]))
	err := pairlane.Verify(suite, key, []byte("block 8"), signatures[:96])
	fmt.Println(errors.Is(err, pairlane.ErrWrongSignature))
	// Output:
	// <nil>
	// true
}

func ExampleValidatePublicKey() {
	identity := append([]byte{0xc0}, make([]byte, 47)...)
	err := pairlane.ValidatePublicKey(pairlane.MinPk, identity)
	fmt.Println(errors.Is(err, pairlane.ErrIdentity))
	// Output: true
}

func ExampleValidateSignature() {
	err := pairlane.ValidateSignature(pairlane.MinPk, make([]byte, 95))
	fmt.Println(errors.Is(err, pairlane.ErrPointLength))
	// Output: true
}

func ExampleVerifyPossession() {
	key, _, signatures := signedBlocks()
	err := pairlane.VerifyPossession(pairlane.MinPk, nil, key, signatures[:96]) // not a proof
	fmt.Println(errors.Is(err, pairlane.ErrWrongPossession))
	// Output: true
}

func ExampleAggregateSignatures() {
	_, _, signatures := signedBlocks()
	aggregate, err := pairlane.AggregateSignatures(context.Background(), pairlane.MinPk, signatures)
	fmt.Println(len(aggregate), err)

	clear(signatures[96:192])
	_, err = pairlane.AggregateSignatures(context.Background(), pairlane.MinPk, signatures)
	var failure *pairlane.Error
	fmt.Println(errors.As(err, &failure), failure.Index)
	// Output:
	// 96 <nil>
	// true 1
}

func ExampleAggregatePublicKeys() {
	key, _, _ := signedBlocks()
	sum, err := pairlane.AggregatePublicKeys(context.Background(), pairlane.MinPk, bytes.Repeat(key, 2))
	fmt.Println(len(sum), err)
	// Output: 48 <nil>
}

func ExampleAggregateVerify() {
	ctx, suite := context.Background(), exampleSuite()
	key, messages, signatures := signedBlocks()
	aggregate, err := pairlane.AggregateSignatures(ctx, pairlane.MinPk, signatures[:2*96])
	if err != nil {
		log.Fatal(err)
	}
	err = pairlane.AggregateVerify(ctx, suite, bytes.Repeat(key, 2), messages[:14], []uint64{7, 14}, aggregate)
	fmt.Println(err)
	// Output: <nil>
}

func ExampleFastAggregateVerify() {
	ctx, suite := context.Background(), exampleSuite()
	key, _, signatures := signedBlocks()
	aggregate, err := pairlane.AggregateSignatures(ctx, pairlane.MinPk, bytes.Repeat(signatures[:96], 2))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(pairlane.FastAggregateVerify(ctx, suite, bytes.Repeat(key, 2), []byte("block 7"), aggregate))
	// Output: <nil>
}

// Keys are checked once, and then named by handle.
func ExampleNewRegistry() {
	key, messages, signatures := signedBlocks()
	registry, err := pairlane.NewRegistry(pairlane.MinPk, 1000)
	if err != nil {
		log.Fatal(err)
	}
	defer registry.Close()
	handle, err := registry.Insert(key)
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{Registry: registry})
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	err = verifier.VerifyAll(context.Background(), &pairlane.Batch{
		Suite: exampleSuite(), Handles: []pairlane.KeyHandle{handle, handle}, Messages: messages[:14],
		MessageEnds: []uint64{7, 14}, Signatures: signatures[:2*96],
	})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleRegistry_Insert() {
	key, _, _ := signedBlocks()
	registry, _ := pairlane.NewRegistry(pairlane.MinPk, 1000)
	defer registry.Close()
	first, err := registry.Insert(key)
	again, _ := registry.Insert(key)
	fmt.Println(first == again, err)
	_, err = registry.Insert(make([]byte, 48))
	fmt.Println(errors.Is(err, pairlane.ErrPointEncoding))
	// Output:
	// true <nil>
	// true
}

func ExampleRegistry_InsertWithPossession() {
	secret := exampleKey()
	key, _ := secret.PublicKey(pairlane.MinPk)
	proof, _ := secret.ProvePossession(pairlane.MinPk, nil)
	registry, _ := pairlane.NewRegistry(pairlane.MinPk, 1000)
	defer registry.Close()
	_, err := registry.InsertWithPossession(key, proof, nil)
	fmt.Println(err)
	// Output: <nil>
}

func ExampleRegistry_Remove() {
	key, _, _ := signedBlocks()
	registry, _ := pairlane.NewRegistry(pairlane.MinPk, 1000)
	defer registry.Close()
	handle, _ := registry.Insert(key)
	fmt.Println(registry.Remove(handle))
	fmt.Println(errors.Is(registry.Remove(handle), pairlane.ErrUnknownKey))
	// Output:
	// <nil>
	// true
}

// A committee signs ever new messages with the same keys.
func ExampleRegistry_KeepLines() {
	key, _ := exampleKey().PublicKey(pairlane.MinSig)
	committee, _ := pairlane.NewRegistry(pairlane.MinSig, 1000)
	defer committee.Close()
	fmt.Println(committee.KeepLines(1000))
	_, err := committee.Insert(key)
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
}

func ExampleRegistry_Key() {
	key, _, _ := signedBlocks()
	registry, _ := pairlane.NewRegistry(pairlane.MinPk, 1000)
	defer registry.Close()
	handle, _ := registry.Insert(key)
	same, err := registry.Key(handle)
	fmt.Println(bytes.Equal(key, same), err)
	// Output: true <nil>
}

func ExampleRegistry_Usage() {
	key, _, _ := signedBlocks()
	registry, _ := pairlane.NewRegistry(pairlane.MinPk, 1000)
	defer registry.Close()
	_, _ = registry.Insert(key)
	usage, err := registry.Usage()
	fmt.Println(usage.Entries, err)
	// Output: 1 <nil>
}

// A verifier on threads of its own.
func ExampleNewPool() {
	key, messages, signatures := signedBlocks()
	pool, err := pairlane.NewPool(2)
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	verifier, err := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{Pool: pool})
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	err = verifier.VerifyAll(context.Background(), &pairlane.Batch{
		Suite: exampleSuite(), Keys: bytes.Repeat(key, 2), Messages: messages[:14], MessageLength: 7,
		Signatures: signatures[:2*96],
	})
	fmt.Println(pool.Threads(), err)
	// Output: 2 <nil>
}

func ExampleNewVerifier() {
	verifier, err := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{
		MessagesMax: 1000, // remember as many hashed messages
		WeightBits:  128,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	fmt.Println(verifier.Variant())
	// Output: min-pk
}

func ExampleVerifier_Verify() {
	key, messages, signatures := signedBlocks()
	verifier, err := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	batch := pairlane.Batch{
		Suite: exampleSuite(), Keys: bytes.Repeat(key, 3), Messages: messages, MessageLength: 7,
		Signatures: signatures,
	}
	verdicts := make([]pairlane.Verdict, batch.Len())
	if _, err := verifier.Verify(context.Background(), &batch, verdicts); err != nil {
		log.Fatal(err) // could not be judged
	}
	for i, verdict := range verdicts {
		if !verdict.IsValid() {
			fmt.Println(i, verdict)
		}
	}
	// Output: 2 wrong signature for this key and message
}

func ExampleVerifier_VerifyAll() {
	key, messages, signatures := signedBlocks()
	verifier, err := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer verifier.Close()
	err = verifier.VerifyAll(context.Background(), &pairlane.Batch{
		Suite: exampleSuite(), Keys: bytes.Repeat(key, 3), Messages: messages, MessageLength: 7,
		Signatures: signatures,
	})
	var failure *pairlane.Error
	if errors.As(err, &failure) && errors.Is(err, pairlane.ErrWrongSignature) {
		fmt.Println("item", failure.Index, "is wrong")
	}
	// Output: item 2 is wrong
}

func ExampleBatch_Len() {
	batch := pairlane.Batch{Handles: make([]pairlane.KeyHandle, 5)}
	fmt.Println(batch.Len())
	// Output: 5
}

// Items of different suites in one batch.
func ExampleNewBuilder() {
	key, _, signatures := signedBlocks()
	builder, err := pairlane.NewBuilder(1000, 1<<20)
	if err != nil {
		log.Fatal(err)
	}
	defer builder.Close()
	if err := builder.Push(exampleSuite(), key, []byte("block 7"), signatures[:96]); err != nil {
		log.Fatal(err)
	}
	other, err := pairlane.StandardSuite(pairlane.MinPk, pairlane.Basic)
	if err != nil {
		log.Fatal(err)
	}
	if err := builder.Push(other, key, []byte("block 7"), signatures[:96]); err != nil {
		log.Fatal(err)
	}
	verifier, err := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{})
	if err != nil {
		log.Fatal(err)
	}
	verdicts, invalid, err := builder.Verify(context.Background(), verifier)
	fmt.Println(verdicts, invalid, err)
	// Output: [valid wrong signature for this key and message] 1 <nil>
}

func ExampleBuilder_Push() {
	builder, _ := pairlane.NewBuilder(1, 1<<20)
	defer builder.Close()
	fmt.Println(builder.Push(exampleSuite(), nil, nil, []byte("not a signature")))
	fmt.Println(errors.Is(builder.Push(exampleSuite(), nil, nil, nil), pairlane.ErrFull))
	// Output:
	// <nil>
	// true
}

func ExampleBuilder_PushHandle() {
	builder, _ := pairlane.NewBuilder(1, 1<<20)
	defer builder.Close()
	verifier, _ := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{})
	_, _, signatures := signedBlocks()
	_ = builder.PushHandle(exampleSuite(), 7, nil, signatures[:96])
	verdicts, _, err := builder.Verify(context.Background(), verifier)
	fmt.Println(verdicts[0], err)
	// Output: unknown key: the handle names no registered key <nil>
}

func ExampleBuilder_Len() {
	builder, _ := pairlane.NewBuilder(1, 1<<20)
	defer builder.Close()
	fmt.Println(builder.Len())
	// Output: 0
}

func ExampleBuilder_Verify() {
	key, _, signatures := signedBlocks()
	builder, _ := pairlane.NewBuilder(10, 1<<20)
	defer builder.Close()
	verifier, _ := pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{})
	for i, message := range []string{"block 7", "block 8"} {
		_ = builder.Push(exampleSuite(), key, []byte(message), signatures[i*96:][:96])
	}
	verdicts, invalid, err := builder.Verify(context.Background(), verifier)
	fmt.Println(verdicts, invalid, err, builder.Len())
	// Output: [valid valid] 0 <nil> 0
}

func ExampleVerdict_Err() {
	err := pairlane.SignatureNotOnCurve.Err()
	fmt.Println(errors.Is(err, pairlane.ErrBadSignature), errors.Is(err, pairlane.ErrNotOnCurve))
	fmt.Println(pairlane.Valid.Err())
	// Output:
	// true true
	// <nil>
}

func ExampleVerdict_IsValid() {
	fmt.Println(pairlane.Valid.IsValid(), pairlane.NotVerified.IsValid())
	// Output: true false
}

func ExampleVerdict_String() {
	fmt.Println(pairlane.KeyIdentity)
	// Output: public key: the identity
}

func ExampleFirstInvalid() {
	verdicts := []pairlane.Verdict{pairlane.Valid, pairlane.WrongSignature}
	fmt.Println(pairlane.FirstInvalid(verdicts))
	// Output: pairlane: verify: item 1: wrong signature for this key and message
}

func ExampleVariant_PublicKeyLength() {
	fmt.Println(pairlane.MinPk.PublicKeyLength(), pairlane.MinSig.PublicKeyLength())
	// Output: 48 96
}

func ExampleVariant_SignatureLength() {
	fmt.Println(pairlane.MinPk.SignatureLength(), pairlane.MinSig.SignatureLength())
	// Output: 96 48
}

func ExampleSetThreadsMax() {
	before := pairlane.ThreadsMax()
	defer pairlane.SetThreadsMax(before)
	pairlane.SetThreadsMax(4) // leave the other cores to the rest of the node
	fmt.Println(pairlane.ThreadsMax())
	// Output: 4
}

func ExampleThreadsMax() {
	fmt.Println(pairlane.ThreadsMax() >= 1)
	// Output: true
}

func ExampleCPUReport() {
	cpu, err := pairlane.CPUReport()
	fmt.Println(cpu.Backend != "", err)
	// Output: true <nil>
}

func ExampleVersion() {
	fmt.Println(pairlane.Version() != "")
	// Output: true
}
