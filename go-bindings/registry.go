package pairlane

import "unsafe"

// KeyHandle names a key of a [Registry]. That of a removed key names none, short of 2^31 more removals.
type KeyHandle uint64

// Usage is what a registry holds and how it has been used.
type Usage struct {
	Entries, Hits, Misses uint64
	// MemoryBytes is an estimate.
	MemoryBytes uint64
}

// Registry holds public keys of one variant, decoded and checked once, then used by handle.
type Registry struct {
	object  object
	variant Variant
}

// NewRegistry makes an empty registry for at most keysMax keys; it grows as keys come.
func NewRegistry(variant Variant, keysMax int) (*Registry, error) {
	if keysMax < 0 {
		return nil, newError("new registry", ErrBadLength, "")
	}
	pointer, err := cRegistryNew(variant, keysMax)
	if err != nil {
		return nil, err
	}
	registry := &Registry{variant: variant}
	registry.object.own(pointer, cRegistryFree)
	return registry, nil
}

// Close frees the registry. A verifier made with it keeps what it needs.
func (r *Registry) Close() error { return r.object.close() }

// Variant returns the variant of the keys.
func (r *Registry) Variant() Variant { return r.variant }

// Insert registers a key, compressed or not. A key that is there already keeps its handle.
func (r *Registry) Insert(key []byte) (handle KeyHandle, err error) {
	err = r.object.call("insert key", func(pointer unsafe.Pointer) (err error) {
		handle, err = cRegistryInsert(pointer, key)
		return err
	})
	return handle, err
}

// InsertWithPossession registers a key whose proof of possession holds under a tag, as
// [SecretKey.ProvePossession] takes it, so that the key may stand in aggregates.
func (r *Registry) InsertWithPossession(key, proof, tag []byte) (handle KeyHandle, err error) {
	err = r.object.call("insert key", func(pointer unsafe.Pointer) (err error) {
		handle, err = cRegistryInsertProved(pointer, key, proof, tag)
		return err
	})
	return handle, err
}

// Remove removes a key: [ErrUnknownKey] if the handle names none.
func (r *Registry) Remove(handle KeyHandle) error {
	return r.object.call("remove key", func(pointer unsafe.Pointer) error {
		return cRegistryRemove(pointer, handle)
	})
}

// KeepLines keeps the lines that pairings take through a key, for at most keysMax keys of a [MinSig]
// registry, 17 KiB each: batches on vector lanes that name such keys by handle then verify faster. They are
// traced in the first batch that can use them; [Registry.Usage] counts their memory. Lines kept before are
// dropped, so 0 gives the memory back. [ErrVariantMismatch] for [MinPk].
func (r *Registry) KeepLines(keysMax int) error {
	if keysMax < 0 {
		return newError("keep lines", ErrBadLength, "")
	}
	return r.object.call("keep lines", func(pointer unsafe.Pointer) error {
		return cRegistryKeepLines(pointer, keysMax)
	})
}

// Key returns the compressed key of a handle.
func (r *Registry) Key(handle KeyHandle) ([]byte, error) {
	out := make([]byte, r.variant.PublicKeyLength())
	return r.object.compute("look up key", out, func(pointer unsafe.Pointer) error {
		return cRegistryKey(pointer, handle, out)
	})
}

// Usage returns what the registry holds and how it has been used.
func (r *Registry) Usage() (usage Usage, err error) {
	err = r.object.call("ask usage", func(pointer unsafe.Pointer) (err error) {
		usage, err = cRegistryUsage(pointer)
		return err
	})
	return usage, err
}
