package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

const stakesText = "# who has what\nalice, 70\n\nbob,0 # left\ncarol,340282366920938463463\n"

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func elect(t testing.TB, in string, args ...string) (out string, invalid int, err error) {
	t.Helper()
	var written bytes.Buffer
	invalid, err = run(context.Background(), args, strings.NewReader(in), &written)
	return written.String(), invalid, err
}

// proven is the lines of so many rounds, and the public key in them.
func proven(t testing.TB, stakes, rounds string) (lines []string, public string) {
	t.Helper()
	key := filepath.Join(t.TempDir(), "vrf.key")
	out, _, err := elect(t, "", "-stakes", stakes, "-key", key, "-rounds", rounds)
	if err != nil {
		t.Fatal(err)
	}
	// The second run reads the key that the first one made, and proves the same.
	if again, _, err := elect(t, "", "-stakes", stakes, "-key", key, "-rounds", rounds); again != out || err != nil {
		t.Error(again, err)
	}
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	lines = strings.Split(strings.TrimSpace(out), "\n")
	return lines, field(t, lines[0], "public_key")
}

func field(t testing.TB, line, name string) string {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		t.Fatal(err)
	}
	text, _ := fields[name].(string)
	return text
}

func TestEverybodyFindsTheSameLeaders(t *testing.T) {
	stakes := write(t, "stakes.csv", stakesText)
	lines, public := proven(t, stakes, "20")
	var want strings.Builder
	for i, line := range lines {
		leader := field(t, line, "leader")
		if leader != "alice" && leader != "carol" {
			t.Error(leader)
		}
		fmt.Fprintf(&want, "%d: %s\n", i+1, leader)
	}
	out, invalid, err := elect(t, strings.Join(lines, "\n"), "-stakes", stakes, "-public-key", public)
	if out != want.String() || invalid != 0 || err != nil {
		t.Error(out, invalid, err)
	}
}

// What a line says about the leader, or whose proof it is, counts for nothing.
func TestWrongProofsHaveNoLeader(t *testing.T) {
	stakes := write(t, "stakes.csv", stakesText)
	lines, public := proven(t, stakes, "2")
	_, stranger := proven(t, stakes, "1")
	in := strings.Replace(lines[0], field(t, lines[0], "leader"), "bob", 1) + "\n" +
		strings.Replace(lines[1], `"round":2`, `"round":3`, 1)
	out, invalid, err := elect(t, in, "-stakes", stakes, "-public-key", public)
	want := "1: " + field(t, lines[0], "leader") + "\n3: wrong proof for this key and alpha\n"
	if out != want || invalid != 1 || err != nil {
		t.Error(out, invalid, err)
	}
	_, invalid, err = elect(t, in, "-stakes", stakes, "-public-key", stranger)
	if invalid != 2 || err != nil {
		t.Error(invalid, err)
	}
}

func TestBadStakesAreNamed(t *testing.T) {
	for text, want := range map[string]error{
		"alice,70\nbob\n":     pairlane.ErrBadText,
		"alice,70\nbob,-1\n":  pairlane.ErrBadText,
		"alice,70\nbob,1,2\n": pairlane.ErrBadText,
		"alice,70\nalice,1\n": pairlane.ErrDuplicateID,
		"alice,70\nbob,340282366920938463463374607431768211456": pairlane.ErrStakeOverflow,
		"alice,70\nbob,340282366920938463463374607431768211455": pairlane.ErrStakeOverflow,
		"alice,70\n,1\n":                         nil,
		"alice,70\nb\x1b[2J,1\n":                 nil,
		"alice,70\n" + strings.Repeat("b", 5000): nil,
	} {
		_, err := parseStakes(strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), "line 2: ") || want != nil && !errors.Is(err, want) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	stakes := write(t, "stakes.csv", "# nobody\nbob,0\n")
	_, _, err := elect(t, "", "-stakes", stakes, "-key", filepath.Join(t.TempDir(), "vrf.key"))
	if !errors.Is(err, pairlane.ErrNoStake) {
		t.Error(err)
	}
}

func TestBadArguments(t *testing.T) {
	stakes, absent := write(t, "stakes.csv", stakesText), filepath.Join(t.TempDir(), "absent")
	bad := write(t, "bad.key", strings.Repeat("q", 64))
	for _, args := range [][]string{
		nil, {"-stakes", stakes}, {"-stakes", stakes, "-key", "a", "-public-key", "b"},
		{"-stakes", absent, "-public-key", "00"}, {"-stakes", stakes, "-public-key", "xyz"},
		{"-stakes", stakes, "-key", absent, "-rounds", "0"},
		{"-stakes", stakes, "-key", absent, "-rounds", "1000000"},
		{"-stakes", stakes, "-key", bad}, {"-stakes", stakes, "-key", write(t, "short.key", "12")},
	} {
		if _, _, err := elect(t, "", args...); err == nil || strings.Contains(err.Error(), "qq") {
			t.Error(args, err)
		}
	}
	_, public := proven(t, stakes, "1")
	for _, line := range []string{"{", `{"round":1}`, `{"proof":"0xzz"}`, `{"round":-1}`, `{"proof":"0x00"}`} {
		_, _, err := elect(t, line, "-stakes", stakes, "-public-key", public)
		if err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
			t.Errorf("%s: %v", line, err)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	args := []string{"-stakes", stakes, "-public-key", public}
	if _, err := run(cancelled, args, strings.NewReader(""), io.Discard); err != context.Canceled {
		t.Error(err)
	}
}

func FuzzLine(f *testing.F) {
	stakes := write(f, "stakes.csv", stakesText)
	lines, _ := proven(f, stakes, "1")
	f.Add([]byte(lines[0]))
	f.Fuzz(func(t *testing.T, line []byte) {
		record, err := parse(line)
		if err == nil && len(record.Proof) != pairlane.VRFAnnouncedLength {
			t.Error(len(record.Proof))
		}
	})
}

func FuzzStakesFile(f *testing.F) {
	f.Add([]byte(stakesText))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := parseStakes(bytes.NewReader(text))
		if err == nil {
			if list.stakes.Len() != len(list.names) || len(list.names) > len(text) {
				t.Error(list.names)
			}
			list.stakes.Close()
		}
	})
}
