package pairlane

import (
	"bytes"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The table of core/docs/election.md, which another program computed: committees of all with stake, in
// the order drawn. Outputs and stakes are written there as people write them.
func TestElectionVectors(t *testing.T) {
	outputs := map[string][]byte{
		"empty": {}, "`00` x 64": make([]byte, 64), "`00 13`": {0, 19}, "`00 01 .. 1f`": make([]byte, 32),
	}
	for i := range outputs["`00 01 .. 1f`"] {
		outputs["`00 01 .. 1f`"][i] = byte(i)
	}
	rules, err := os.ReadFile("../core/docs/election.md")
	must(t, err)
	cases := 0
	for row := range strings.Lines(string(rules)) {
		cells := strings.Split(strings.TrimSuffix(row, " |\n"), " | ")
		output, ok := outputs[strings.TrimPrefix(cells[0], "| ")]
		if !ok {
			continue
		}
		cases++
		var validators []Validator
		for i, amount := range strings.Split(cells[1], ", ") {
			validators = append(validators, Validator{[]byte{byte(i)}, written(t, amount)})
		}
		var want []int
		for _, member := range strings.Split(cells[3], ", ") {
			position, err := strconv.Atoi(member)
			must(t, err)
			want = append(want, position)
		}
		stakes := newTestStakes(t, validators)
		tag := []byte("PAIRLANE-ELECTION-TEST")
		members, err := stakes.Committee(tag, output, len(want))
		if err != nil || !slices.Equal(members, want) {
			t.Errorf("%s: %v, %v", row, members, err)
		}
		if leader, err := stakes.Select(tag, output); err != nil || leader != want[0] {
			t.Errorf("%s: %v, %v", row, leader, err)
		}
	}
	if cases != 20 {
		t.Error(cases, "cases")
	}
}

// written is a number such as 7, 10^18 or 2^127 - 2.
func written(t *testing.T, text string) Stake {
	t.Helper()
	number := new(big.Int)
	for _, term := range strings.Split(text, " - ") {
		base, power, _ := strings.Cut(term+"^1", "^")
		exponent, err := strconv.Atoi(strings.TrimSuffix(power, "^1"))
		must(t, err)
		digits, ok := new(big.Int).SetString(base, 10)
		if !ok {
			t.Fatal(text)
		}
		digits.Exp(digits, big.NewInt(int64(exponent)), nil)
		if number.Sign() == 0 {
			number = digits
		} else {
			number.Sub(number, digits)
		}
	}
	stake, err := StakeFromBig(number)
	must(t, err)
	return stake
}

func newTestStakes(t testing.TB, validators []Validator) *Stakes {
	t.Helper()
	stakes, err := NewStakes(validators)
	must(t, err)
	t.Cleanup(func() { stakes.Close() })
	return stakes
}

func ids(texts ...string) (validators []Validator) {
	for _, text := range texts {
		validators = append(validators, Validator{ID: []byte(text), Stake: Stake{Lo: 1}})
	}
	return validators
}

var most = Stake{1<<64 - 1, 1<<64 - 1}

// The same list, whichever way its IDs go to the library.
func TestIdentifiersOfAnyLength(t *testing.T) {
	one := newTestStakes(t, ids("a", "b", "c"))
	several := newTestStakes(t, ids("a"))
	for _, id := range []string{"bb", strings.Repeat("c", 300)} {
		_, err := several.Add([]byte(id), Stake{Lo: 1})
		must(t, err)
	}
	mixed := newTestStakes(t, ids("a", "bb", strings.Repeat("c", 300)))
	for output := range 100 {
		leader, err := one.Select([]byte("T"), []byte{byte(output)})
		must(t, err)
		for _, other := range []*Stakes{several, mixed} {
			if same, err := other.Select([]byte("T"), []byte{byte(output)}); err != nil || same != leader {
				t.Error(output, leader, same, err)
			}
		}
	}
}

func TestStakesAreChanged(t *testing.T) {
	stakes := newTestStakes(t, nil)
	_, err := stakes.Select([]byte("T"), nil)
	expect(t, err, ErrNoStake, -1)
	for i, id := range []string{"alice", "bob", "carol"} {
		position, err := stakes.Add([]byte(id), Stake{Lo: uint64(i)})
		if position != i || err != nil {
			t.Error(position, err)
		}
	}
	must(t, stakes.Update([]byte("alice"), Stake{Hi: 5}))
	must(t, stakes.Update([]byte("carol"), Stake{}))
	if total, err := stakes.Total(); total != (Stake{5, 1}) || err != nil || stakes.Len() != 3 {
		t.Error(total, err, stakes.Len())
	}
	expect(t, stakes.Update([]byte("dave"), Stake{}), ErrUnknownID, -1)
	expect(t, stakes.Update([]byte("bob"), most), ErrStakeOverflow, -1)
	_, err = stakes.Add([]byte("bob"), Stake{})
	expect(t, err, ErrDuplicateID, -1)
	_, err = stakes.Add(nil, Stake{})
	expect(t, err, ErrBadLength, -1)
	_, err = stakes.Add([]byte("dave"), most)
	expect(t, err, ErrStakeOverflow, -1)
	if members, err := stakes.Committee([]byte("T"), nil, 2); len(members) != 2 || err != nil {
		t.Error(members, err)
	}
	for _, seats := range []int{3, 4, 1 << 62} {
		_, err = stakes.Committee([]byte("T"), nil, seats)
		expect(t, err, ErrNoStake, -1)
	}
	_, err = stakes.Committee([]byte("T"), nil, -1)
	expect(t, err, ErrBadLength, -1)
	_, err = stakes.Committee(nil, nil, 1)
	expect(t, err, ErrBadTag, -1)
	_, err = stakes.Select(nil, nil)
	expect(t, err, ErrBadTag, -1)
	if members, err := stakes.Committee([]byte("T"), nil, 0); len(members) != 0 || err != nil {
		t.Error(members, err)
	}
}

// The error names the validator at fault, whichever way the list goes to the library.
func TestRefusedValidatorsAreNamed(t *testing.T) {
	for _, longer := range []string{"", "longer"} {
		validators := ids("a", "b", "c", "d"+longer)
		validators[0].Stake = most
		_, err := NewStakes(validators)
		expect(t, err, ErrStakeOverflow, 1)
		_, err = NewStakes(ids("a", "b", "a", "b", "c"+longer))
		expect(t, err, ErrDuplicateID, 2)
		_, err = NewStakes(append(ids("c"+longer, "a"), Validator{}))
		expect(t, err, ErrBadLength, 2)
	}
	_, err := NewStakes([]Validator{{}})
	expect(t, err, ErrBadLength, 0)
	if stakes := newTestStakes(t, []Validator{{[]byte("a"), most}}); stakes.Len() != 1 {
		t.Error(stakes.Len())
	}
}

func TestStakeNumbers(t *testing.T) {
	for text, want := range map[string]Stake{
		"0": {}, "70": {Lo: 70}, "18446744073709551615": {Lo: 1<<64 - 1}, "18446744073709551616": {Hi: 1},
		"340282366920938463463374607431768211455": most,
	} {
		got, err := ParseStake(text)
		if err != nil || got != want || got.String() != text || got.Big().String() != text {
			t.Error(text, got, err)
		}
		if got, err := ParseStake(strings.Repeat("0", 100) + text); err != nil || got != want {
			t.Error(text, got, err)
		}
	}
	for _, text := range []string{"", "-1", "+1", "1.5", "0x7", " 1", "1_0", "1e3", "١"} {
		_, err := ParseStake(text)
		expect(t, err, ErrBadText, -1)
	}
	for _, text := range []string{"340282366920938463463374607431768211456", strings.Repeat("9", 1<<20)} {
		_, err := ParseStake(text)
		expect(t, err, ErrStakeOverflow, -1)
	}
	_, err := StakeFromBig(big.NewInt(-1))
	expect(t, err, ErrStakeOverflow, -1)
	_, err = StakeFromBig(new(big.Int).Lsh(big.NewInt(1), 128))
	expect(t, err, ErrStakeOverflow, -1)
}

func FuzzStake(f *testing.F) {
	f.Add("70")
	f.Add("0000000000000000000000000000000000000000000000000340282366920938463463374607431768211455")
	f.Fuzz(func(t *testing.T, text string) {
		stake, err := ParseStake(text)
		noPanic(t, err)
		number, ok := new(big.Int).SetString(text, 10)
		fits := ok && !strings.ContainsAny(text, "+-_") && number.BitLen() <= 128
		if (err == nil) != fits {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil && stake.Big().Cmp(number) != 0 {
			t.Errorf("%q: %v", text, stake)
		}
	})
}

// Any list: refused with a reason, or one whose total is the sum and that selects who has stake.
func FuzzStakes(f *testing.F) {
	f.Add([]byte("aabbcc"), uint8(2), []byte{1, 2, 3})
	f.Add([]byte("aaaa"), uint8(2), []byte{255, 255})
	f.Add([]byte{}, uint8(0), []byte{0})
	f.Fuzz(func(t *testing.T, text []byte, length uint8, amounts []byte) {
		var validators []Validator
		sum := new(big.Int)
		for i, amount := range amounts {
			id := text[min(i*int(length), len(text)):min((i+1)*int(length), len(text))]
			stake := Stake{Hi: uint64(amount) << 56, Lo: uint64(amount)}
			validators = append(validators, Validator{bytes.Clone(id), stake})
			sum.Add(sum, stake.Big())
		}
		stakes, err := NewStakes(validators)
		noPanic(t, err)
		if err != nil {
			return
		}
		defer stakes.Close()
		if total, err := stakes.Total(); err != nil || total.Big().Cmp(sum) != 0 || stakes.Len() != len(amounts) {
			t.Fatal(total, err)
		}
		leader, err := stakes.Select([]byte("T"), text)
		if (err == nil) != (sum.Sign() > 0) || err == nil && amounts[leader] == 0 {
			t.Error(leader, err)
		}
	})
}
