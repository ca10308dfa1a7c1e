// Bench prints what a batch costs through the Go package, beside the same batch in Rust, in blst's own
// Go package and in gnark-crypto.
//
// Rates depend on the machine and its neighbours; a ratio of two figures taken in turn does not. So the
// four run one after the other, again and again, and each ratio is the median over the rounds. All
// run on one thread, from compressed signatures and keys known beforehand. Times are those that the
// process was on a processor, so that neighbours do not count. A turn is as many calls as verify
// turnItems items, so that waking up is no part of it; garbage is collected between turns, so that
// nobody pays for another's. What a small batch loses to Rust is the watch that the Go runtime keeps on
// a thread inside C: it looks every 20 us in the first millisecond.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/consensys/gnark-crypto/ecc"
	bls12381 "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	pairlane "github.com/pairlane/pairlane/go-bindings"
	blst "github.com/supranational/blst/bindings/go"
	"golang.org/x/sys/unix"
)

const (
	// roundsMin is how often each row is measured at least, however long that takes.
	roundsMin = 5
	// gnarkRounds is enough for what is slow and no rival.
	gnarkRounds = 3
	turnItems   = 64
)

const tag = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"

func main() {
	log.SetFlags(0)
	peer := flag.String("peer", "", "the Rust `program` that verifies the same batches")
	budget := flag.Duration("budget", 4*time.Second, "time for each row")
	sizes := flag.String("sizes", "1,16,128,1024,8192", "`items` of the batches")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	blst.SetMaxProcs(1)
	debug.SetGCPercent(-1)

	cpu, err := pairlane.CPUReport()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s; %s; %s; pairlane %s; one thread; commit %s\n", cpu.Model, cpu.Backend,
		runtime.Version(), pairlane.Version(), os.Getenv("PAIRLANE_COMMIT"))
	fmt.Println("x Rust: 1.00 is the speed of the Rust call, bar 0.97 from n = 128 up; x others: times as fast")
	fmt.Printf(columns, "batch::verify", "n", "sig/s", "allocs", "x Rust", "spread", "x blst Go", "x gnark", "bar")
	for _, shape := range []string{"distinct", "same"} {
		for _, size := range strings.Split(*sizes, ",") {
			n, err := strconv.Atoi(size)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Fprintln(os.Stderr, "measuring", shape, n)
			row(newBatch(shape, n), *peer, *budget)
		}
	}
}

// row measures one batch in turn with the others.
func row(b *batch, peer string, budget time.Duration) {
	calls := max(1, turnItems/b.n)
	rust := startPeer(peer, b.shape, b.n)
	defer rust.stop()
	ours := newOurs(b)
	repeat := func(call func()) func() {
		return func() {
			for range calls {
				call()
			}
		}
	}
	self := os.Getpid()
	contenders := []struct {
		process int
		turn    func()
		times   []float64
	}{
		{process: self, turn: repeat(ours.verify)},
		{process: rust.command.Process.Pid, turn: func() { rust.verify(calls) }},
		{process: self, turn: repeat(b.blst)},
		{process: self, turn: repeat(b.gnark)},
	}
	const ourPlace, rustPlace, blstPlace, gnarkPlace = 0, 1, 2, 3
	for start := time.Now(); ; {
		warm := contenders[ourPlace].times != nil
		for i := range contenders {
			c := &contenders[i]
			if i == gnarkPlace && len(c.times) == gnarkRounds {
				continue
			}
			runtime.GC()
			begin := processTime(c.process)
			c.turn()
			c.times = append(c.times, float64(processTime(c.process)-begin))
		}
		if !warm { // the first round is to warm up
			for i := range contenders {
				contenders[i].times = make([]float64, 0, 1<<12)
			}
			start = time.Now()
		} else if len(contenders[ourPlace].times) >= roundsMin && time.Since(start) > budget {
			break
		}
	}
	mine := contenders[ourPlace].times
	ratios := func(place int) []float64 {
		var ratios []float64
		for round, time := range contenders[place].times {
			ratios = append(ratios, time/mine[round])
		}
		slices.Sort(ratios)
		return ratios
	}
	toRust := ratios(rustPlace)
	verdict := "-"
	if b.n >= barItems {
		verdict = "met"
		if median(toRust) < bar {
			verdict = "MISSED"
		}
	}
	fixed := fmt.Sprintf
	fmt.Printf(columns, "messages="+b.shape, strconv.Itoa(b.n),
		fixed("%.0f", float64(b.n*calls)/(median(mine)/1e9)), fixed("%.0f", ours.allocations()),
		fixed("%.3f", median(toRust)), fixed("%.2f-%.2f", toRust[len(toRust)/4], toRust[len(toRust)*3/4]),
		fixed("%.2f", median(ratios(blstPlace))), fixed("%.2f", median(ratios(gnarkPlace))), verdict)
}

// From barItems up, the Go package has to have this much of the speed of the Rust call.
const bar, barItems = 0.97, 128

const columns = "%-18s %6s %8s %7s %7s %11s %10s %8s %7s\n"

// processTime is how many nanoseconds a process has been on a processor. The clock of a process is
// what clock_getcpuclockid(3) makes of its number.
func processTime(process int) int64 {
	var time unix.Timespec
	check(unix.ClockGettime(int32(^process)<<3|2, &time))
	return time.Nano()
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// batch is the items that pairlane_benches::Batch makes too.
type batch struct {
	shape      string
	n          int
	suite      *pairlane.Suite
	keys       [][]byte
	messages   []byte
	signatures []byte
	blstKeys   []*blst.P1Affine
	gnarkKeys  []bls12381.G1Affine
}

func newBatch(shape string, n int) *batch {
	suite, err := pairlane.StandardSuite(pairlane.MinPk, pairlane.ProofOfPossession)
	check(err)
	b := &batch{shape: shape, n: n, suite: suite, gnarkKeys: make([]bls12381.G1Affine, n)}
	for i := range n {
		seed := make([]byte, 32)
		message := make([]byte, 32)
		for j := range seed {
			seed[j], message[j] = 7, 0xa5
		}
		binary.LittleEndian.PutUint64(seed, uint64(i))
		number := uint64(i)
		if shape == "same" {
			number = 0
		}
		binary.LittleEndian.PutUint64(message, number)
		secret, err := pairlane.SecretKeyFromSeed(seed, nil)
		check(err)
		key, err := secret.PublicKey(pairlane.MinPk)
		check(err)
		signature, err := secret.Sign(suite, message)
		check(err)
		check(secret.Close())
		b.keys = append(b.keys, key)
		b.messages = append(b.messages, message...)
		b.signatures = append(b.signatures, signature...)
		b.blstKeys = append(b.blstKeys, new(blst.P1Affine).Uncompress(key))
		_, err = b.gnarkKeys[i].SetBytes(key)
		check(err)
	}
	return b
}

func (b *batch) message(i int) []byte   { return b.messages[i*32:][:32] }
func (b *batch) signature(i int) []byte { return b.signatures[i*96:][:96] }

// blst is MultipleAggregateVerify from compressed signatures, with 64 random bits.
func (b *batch) blst() {
	encoded, messages := make([][]byte, b.n), make([]blst.Message, b.n)
	for i := range b.n {
		encoded[i], messages[i] = b.signature(i), b.message(i)
	}
	signatures := new(blst.P2Affine).BatchUncompress(encoded)
	weights := make([]byte, 8*b.n)
	_, err := rand.Read(weights)
	check(err)
	next := 0
	weight := func(scalar *blst.Scalar) {
		var bytes [32]byte
		copy(bytes[24:], weights[next*8:][:8])
		bytes[31] |= 1
		scalar.FromBEndian(bytes[:])
		next++
	}
	if !new(blst.P2Affine).MultipleAggregateVerify(signatures, true, b.blstKeys, false, messages,
		[]byte(tag), weight, 64) {
		log.Fatal("blst: invalid")
	}
}

// gnark is the same equation with 64 random bits on gnark-crypto's pairing check, since it has no batch
// of signatures: the sum of the weighted signatures against the generator, and each message against
// its weighted key.
func (b *batch) gnark() {
	weights := make([]fr.Element, b.n)
	signatures := make([]bls12381.G2Affine, b.n)
	keys := make([]bls12381.G1Affine, b.n+1)
	points := make([]bls12381.G2Affine, b.n+1)
	var random [8]byte
	for i := range b.n {
		_, err := rand.Read(random[:])
		check(err)
		weight := binary.LittleEndian.Uint64(random[:]) | 1
		weights[i].SetUint64(weight)
		_, err = signatures[i].SetBytes(b.signature(i)) // checks the subgroup too
		check(err)
		points[i], err = bls12381.HashToG2(b.message(i), []byte(tag))
		check(err)
		keys[i].ScalarMultiplication(&b.gnarkKeys[i], new(big.Int).SetUint64(weight))
	}
	_, err := points[b.n].MultiExp(signatures, weights, ecc.MultiExpConfig{NbTasks: 1})
	check(err)
	_, _, generator, _ := bls12381.Generators()
	keys[b.n].Neg(&generator)
	ok, err := bls12381.PairingCheck(keys, points)
	check(err)
	if !ok {
		log.Fatal("gnark-crypto: invalid")
	}
}

// ours is the batch as the Go package takes it, keys by handle.
type ours struct {
	verifier *pairlane.Verifier
	batch    pairlane.Batch
	verdicts []pairlane.Verdict
}

func newOurs(b *batch) *ours {
	registry, err := pairlane.NewRegistry(pairlane.MinPk, b.n)
	check(err)
	o := &ours{verdicts: make([]pairlane.Verdict, b.n)}
	o.batch = pairlane.Batch{
		Suite: b.suite, Messages: b.messages, MessageLength: 32, Signatures: b.signatures,
	}
	for _, key := range b.keys {
		handle, err := registry.Insert(key)
		check(err)
		o.batch.Handles = append(o.batch.Handles, handle)
	}
	o.verifier, err = pairlane.NewVerifier(pairlane.MinPk, pairlane.VerifierOptions{Registry: registry})
	check(err)
	return o
}

func (o *ours) verify() {
	invalid, err := o.verifier.Verify(context.Background(), &o.batch, o.verdicts)
	check(err)
	if invalid != 0 {
		log.Fatal("pairlane: invalid")
	}
}

// allocations is how many the Go heap saw in one call.
func (o *ours) allocations() float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	o.verify()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs)
}

// rust is the Rust program, which waits while others run.
type rust struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

func startPeer(path, shape string, n int) *rust {
	command := exec.Command(path, shape, strconv.Itoa(n))
	in, err := command.StdinPipe()
	check(err)
	out, err := command.StdoutPipe()
	check(err)
	command.Stderr = os.Stderr
	check(command.Start())
	peer := &rust{command, in, bufio.NewScanner(out)}
	if !peer.out.Scan() || peer.out.Text() != "ready" {
		log.Fatal("the Rust program did not start")
	}
	return peer
}

func (r *rust) verify(calls int) {
	_, err := fmt.Fprintln(r.in, calls)
	check(err)
	if !r.out.Scan() || r.out.Text() != "done" {
		log.Fatal("the Rust program ended")
	}
}

func (r *rust) stop() {
	check(r.in.Close())
	check(r.command.Wait())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
