package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

func TestLinesVerify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "validator.key")
	suite, err := pairlane.StandardSuite(pairlane.MinPk, pairlane.ProofOfPossession)
	if err != nil {
		t.Fatal(err)
	}
	defer suite.Close()
	var keys []string
	for range 2 { // the second run reads the key that the first one made
		var out bytes.Buffer
		if err := run([]string{"-key", path}, strings.NewReader("block 7\nblock 8\n"), &out); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 2 {
			t.Fatal(out.String())
		}
		for i, line := range lines {
			var record map[string]string
			if err := json.Unmarshal([]byte(line), &record); err != nil {
				t.Fatal(err)
			}
			field := func(name string) []byte {
				bytes, err := hex.DecodeString(strings.TrimPrefix(record[name], "0x"))
				if err != nil {
					t.Fatal(err)
				}
				return bytes
			}
			if message := string(field("message")); message != []string{"block 7", "block 8"}[i] {
				t.Error(message)
			}
			err := pairlane.Verify(suite, field("public_key"), field("message"), field("signature"))
			if err != nil {
				t.Error(err)
			}
			keys = append(keys, record["public_key"])
		}
	}
	if keys[0] != keys[3] {
		t.Error("the second run had another key")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
}

func TestBadKeyFilesAreRefusedWithoutQuotingThem(t *testing.T) {
	for _, text := range []string{"", "12", strings.Repeat("q", 64), strings.Repeat("f", 64), strings.Repeat("0", 64)} {
		path := filepath.Join(t.TempDir(), "validator.key")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := run([]string{"-key", path}, strings.NewReader("x"), &bytes.Buffer{})
		if err == nil || strings.Contains(err.Error(), "qq") || strings.Contains(err.Error(), "ffff") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := run(nil, strings.NewReader(""), &bytes.Buffer{}); err == nil {
		t.Error("no -key")
	}
}
