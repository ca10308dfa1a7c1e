package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

// lines are signed messages, that at bad with the signature of another.
func lines(t testing.TB, count, bad int) string {
	t.Helper()
	suite, err := pairlane.StandardSuite(pairlane.MinPk, pairlane.ProofOfPossession)
	if err != nil {
		t.Fatal(err)
	}
	defer suite.Close()
	key, err := pairlane.SecretKeyFromSeed(bytes.Repeat([]byte{1}, 32), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer key.Close()
	public, err := key.PublicKey(pairlane.MinPk)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for i := range count {
		signed := []byte{byte(i)}
		if i == bad {
			signed = []byte("another")
		}
		signature, err := key.Sign(suite, signed)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, `{"public_key":"0x%x","message":"%02x","signature":"%x","source":"test"}`+"\n",
			public, i, signature)
	}
	return text.String()
}

func TestVerdictsAndCounts(t *testing.T) {
	var out bytes.Buffer
	invalid, err := run(context.Background(), nil, strings.NewReader(lines(t, 5, 3)), &out)
	if err != nil || invalid != 1 {
		t.Fatal(invalid, err)
	}
	want := "1: valid\n2: valid\n3: valid\n4: wrong signature for this key and message\n5: valid\n" +
		"4 valid, 1 invalid\n"
	if out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

// More lines than fit at once, one of them wrong, in the second part.
func TestManyLines(t *testing.T) {
	line, wrong := lines(t, 1, -1), lines(t, 1, 0)
	var out bytes.Buffer
	in := strings.Repeat(line, itemsMax) + wrong
	invalid, err := run(context.Background(), nil, strings.NewReader(in), &out)
	if err != nil || invalid != 1 || !strings.HasSuffix(out.String(), "\n8192 valid, 1 invalid\n") {
		t.Fatal(invalid, err)
	}
}

func TestAnotherTagIsAnotherSuite(t *testing.T) {
	var out bytes.Buffer
	invalid, err := run(context.Background(), []string{"-tag", "MINE"},
		strings.NewReader(lines(t, 2, -1)), &out)
	if err != nil || invalid != 2 {
		t.Fatal(invalid, err)
	}
}

func TestBadLinesAreNamed(t *testing.T) {
	for _, line := range []string{"{", `{"public_key":"0xzz"}`, `{"message":7}`} {
		_, err := run(context.Background(), nil, strings.NewReader(lines(t, 1, -1)+line), &bytes.Buffer{})
		if err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := run(ctx, nil, strings.NewReader(lines(t, 1, -1)), &bytes.Buffer{}); err != context.Canceled {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(lines(f, 1, -1)))
	f.Add([]byte(`{"public_key":"0x","message":"","signature":null}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		record, err := parse(line)
		if err == nil && len(record.Message) > len(line) {
			t.Error("a message longer than its line")
		}
	})
}
