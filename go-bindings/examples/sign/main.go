// Sign signs each line of its input and writes what verify-batch reads:
//
//	printf 'block 7\nblock 8\n' | sign -key validator.key | verify-batch
//
// The key file has a secret key as 64 hex digits; it is made if it is not there.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	pairlane "github.com/pairlane/pairlane/go-bindings"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sign:", err)
		os.Exit(2)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("sign", flag.ContinueOnError)
	path := flags.String("key", "", "`file` with the secret key; made if it is not there")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *path == "" {
		return errors.New("-key is needed")
	}
	key, err := openKey(*path)
	if err != nil {
		return err
	}
	defer key.Close()
	suite, err := pairlane.StandardSuite(pairlane.MinPk, pairlane.ProofOfPossession)
	if err != nil {
		return err
	}
	defer suite.Close()
	public, err := key.PublicKey(suite.Variant())
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		signature, err := key.Sign(suite, lines.Bytes())
		if err != nil {
			return err
		}
		fmt.Fprintf(out, `{"public_key":"0x%x","message":"0x%x","signature":"0x%x"}`+"\n",
			public, lines.Bytes(), signature)
	}
	return lines.Err()
}

// openKey reads the key, or makes one that only its owner may read.
func openKey(path string) (*pairlane.SecretKey, error) {
	digits, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return makeKey(path)
	}
	if err != nil {
		return nil, err
	}
	defer clear(digits)
	encoded := make([]byte, pairlane.SecretKeyLength)
	defer clear(encoded)
	digits = bytes.TrimSpace(digits)
	if hex.DecodedLen(len(digits)) != len(encoded) {
		return nil, fmt.Errorf("%s: %d characters, %d hex digits are needed", path, len(digits),
			hex.EncodedLen(len(encoded)))
	}
	if _, err := hex.Decode(encoded, digits); err != nil {
		return nil, fmt.Errorf("%s: not hex", path) // the cause would quote a digit of the key
	}
	return pairlane.SecretKeyFromBytes(encoded)
}

func makeKey(path string) (*pairlane.SecretKey, error) {
	key, err := pairlane.GenerateSecretKey()
	if err != nil {
		return nil, err
	}
	encoded, err := key.Expose()
	if err != nil {
		return nil, err
	}
	defer clear(encoded)
	digits := hex.AppendEncode(nil, encoded)
	defer clear(digits)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(digits)
	return key, errors.Join(err, file.Close())
}
