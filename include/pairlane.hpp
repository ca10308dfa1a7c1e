/*
 * pairlane for C++17: handles that free themselves and errors that are thrown, over pairlane.h.
 *
 * Everything here is inline, so nothing of C++ crosses the library's border: any compiler and
 * standard library can use a library that another built. The rules of pairlane.h hold. Handles
 * move and are not copied; one that was moved from may be assigned to and destroyed.
 *
 * Where an outcome is expected and not an error, there is a form that does not throw: `check`
 * answers the status of a verification.
 */

#ifndef PAIRLANE_HPP
#define PAIRLANE_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "pairlane.h"

namespace pairlane {

/** Bytes that somebody else owns. Made from anything with `data()` and `size()` in bytes. */
class bytes_view {
 public:
  constexpr bytes_view() noexcept = default;
  constexpr bytes_view(const std::uint8_t* data, std::size_t size) noexcept
      : data_(data), size_(size) {}

  /** A string, a string view, a vector or array of bytes. */
  template <typename Container,
            typename Element = std::remove_pointer_t<decltype(std::declval<const Container&>().data())>,
            typename = std::enable_if_t<sizeof(Element) == 1>>
  bytes_view(const Container& container) noexcept
      : data_(reinterpret_cast<const std::uint8_t*>(container.data())), size_(container.size()) {}

  /** A text literal, less its NUL. */
  bytes_view(const char* text) noexcept : bytes_view(std::string_view(text)) {}

  constexpr const std::uint8_t* data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

using bytes = std::vector<std::uint8_t>;

enum class variant : std::int32_t { min_pk = PL_MIN_PK, min_sig = PL_MIN_SIG };

enum class scheme : std::int32_t {
  basic = PL_BASIC,
  augmented = PL_AUGMENTED,
  proof_of_possession = PL_PROOF_OF_POSSESSION
};

/** What a batch says of an item; `PL_VALID`, `PL_INVALID_...`. */
enum class verdict : std::uint8_t { valid = PL_VALID };

inline bool is_valid(verdict of) noexcept { return of == verdict::valid; }
inline std::string_view text(verdict of) noexcept {
  return pl_verdict_text(static_cast<std::uint8_t>(of));
}

/** A failed call: its status, and its detail as `what()`. */
class error : public std::runtime_error {
 public:
  error(pl_status status, const char* detail) : std::runtime_error(detail), status_(status) {}
  pl_status status() const noexcept { return status_; }
  std::string_view status_text() const noexcept { return pl_status_text(status_); }

 private:
  pl_status status_;
};

inline std::size_t public_key_length(variant of) noexcept {
  return pl_public_key_length(static_cast<std::int32_t>(of));
}
inline std::size_t signature_length(variant of) noexcept {
  return pl_signature_length(static_cast<std::int32_t>(of));
}
inline std::string_view version() noexcept { return pl_version(); }

namespace detail {

/** Runs a call that takes `error` and `error_capacity` last; throws what it says. */
template <typename Call>
void run(Call&& call) {
  char text[PL_ERROR_BYTES];
  const pl_status status = call(text, sizeof text);
  if (status != PL_OK) throw error(status, text);
}

template <typename Handle, void (*free)(Handle*)>
struct deleter {
  void operator()(Handle* handle) const noexcept { free(handle); }
};

template <typename Handle, void (*free)(Handle*)>
using owned = std::unique_ptr<Handle, deleter<Handle, free>>;

/** Makes a handle by a call that takes where to write it, then the error. */
template <typename Owned, typename Call>
Owned make(Call&& call) {
  typename Owned::pointer handle = nullptr;
  run([&](char* text, std::size_t size) { return call(&handle, text, size); });
  return Owned(handle);
}

inline std::int32_t number(variant of) noexcept { return static_cast<std::int32_t>(of); }

/** Messages end to end, and where each of them ends. */
struct joined {
  explicit joined(const std::vector<bytes_view>& messages) {
    for (const bytes_view message : messages) {
      if (message.size() > 0) {
        bytes.insert(bytes.end(), message.data(), message.data() + message.size());
      }
      ends.push_back(bytes.size());
    }
  }

  std::vector<std::uint8_t> bytes;
  std::vector<std::uint64_t> ends;
};

}  // namespace detail

/** A ciphersuite: variant, scheme, tag. */
class suite {
 public:
  /** The draft's own tag. */
  suite(variant of, scheme with)
      : variant_(of), handle_(detail::make<handle>([&](pl_suite** made, char* text, std::size_t size) {
          return pl_suite_standard(detail::number(of), static_cast<std::int32_t>(with), made, text, size);
        })) {}

  /** A tag of your own. */
  suite(variant of, scheme with, bytes_view tag)
      : variant_(of), handle_(detail::make<handle>([&](pl_suite** made, char* text, std::size_t size) {
          return pl_suite_new(detail::number(of), static_cast<std::int32_t>(with), tag.data(),
                              tag.size(), made, text, size);
        })) {}

  variant of() const noexcept { return variant_; }
  const pl_suite* get() const noexcept { return handle_.get(); }

 private:
  using handle = detail::owned<pl_suite, pl_suite_free>;
  variant variant_;
  handle handle_;
};

/** A secret key; wiped when it goes. */
class secret_key {
 public:
  static secret_key generate() {
    return secret_key(detail::make<handle>(pl_secret_key_generate));
  }
  static secret_key from_seed(bytes_view seed, bytes_view info = {}) {
    return secret_key(detail::make<handle>([&](pl_secret_key** made, char* text, std::size_t size) {
      return pl_secret_key_from_seed(seed.data(), seed.size(), info.data(), info.size(), made, text,
                                     size);
    }));
  }
  /** EIP-2333, at a path of EIP-2334. */
  static secret_key derive(bytes_view seed, std::string_view path) {
    const bytes_view at(path);
    return secret_key(detail::make<handle>([&](pl_secret_key** made, char* text, std::size_t size) {
      return pl_secret_key_derive(seed.data(), seed.size(), at.data(), at.size(), made, text, size);
    }));
  }
  static secret_key from_bytes(bytes_view encoded) {
    return secret_key(detail::make<handle>([&](pl_secret_key** made, char* text, std::size_t size) {
      return pl_secret_key_from_bytes(encoded.data(), encoded.size(), made, text, size);
    }));
  }

  /** Writes the 32 secret bytes to `out`, which the caller has to wipe. */
  void expose(std::uint8_t (&out)[32]) const {
    detail::run([&](char* text, std::size_t size) {
      return pl_secret_key_expose(get(), out, sizeof out, text, size);
    });
  }

  bytes public_key(variant of) const {
    bytes out(public_key_length(of));
    detail::run([&](char* text, std::size_t size) {
      return pl_secret_key_public_key(get(), detail::number(of), out.data(), out.size(), text, size);
    });
    return out;
  }

  bytes sign(const suite& under, bytes_view message) const {
    bytes out(signature_length(under.of()));
    detail::run([&](char* text, std::size_t size) {
      return pl_sign(get(), under.get(), message.data(), message.size(), out.data(), out.size(), text,
                     size);
    });
    return out;
  }

  /** A proof of possession; no tag stands for the draft's. */
  bytes prove_possession(variant of, bytes_view tag = {}) const {
    bytes out(signature_length(of));
    detail::run([&](char* text, std::size_t size) {
      return pl_possession_prove(get(), detail::number(of), tag.data(), tag.size(), out.data(),
                                 out.size(), text, size);
    });
    return out;
  }

  const pl_secret_key* get() const noexcept { return handle_.get(); }

 private:
  friend class key_share;
  using handle = detail::owned<pl_secret_key, pl_secret_key_free>;
  explicit secret_key(handle from) : handle_(std::move(from)) {}
  handle handle_;
};

/** The status of one verification: `PL_OK`, or what is wrong. Does not throw. */
inline pl_status check(const suite& under, bytes_view key, bytes_view message,
                       bytes_view signature) noexcept {
  return pl_verify(under.get(), key.data(), key.size(), message.data(), message.size(),
                   signature.data(), signature.size(), nullptr, 0);
}

/** Throws unless the signature is the key's on the message. */
inline void verify(const suite& under, bytes_view key, bytes_view message, bytes_view signature) {
  detail::run([&](char* text, std::size_t size) {
    return pl_verify(under.get(), key.data(), key.size(), message.data(), message.size(),
                     signature.data(), signature.size(), text, size);
  });
}

/** Throws unless the proof shows possession of the key's secret. */
inline void verify_possession(variant of, bytes_view key, bytes_view proof, bytes_view tag = {}) {
  detail::run([&](char* text, std::size_t size) {
    return pl_possession_verify(detail::number(of), tag.data(), tag.size(), key.data(), key.size(),
                                proof.data(), proof.size(), text, size);
  });
}

/** Throws unless the bytes are a public key. */
inline void validate_public_key(variant of, bytes_view key) {
  detail::run([&](char* text, std::size_t size) {
    return pl_public_key_validate(detail::number(of), key.data(), key.size(), text, size);
  });
}

/** Throws unless the bytes are a signature. */
inline void validate_signature(variant of, bytes_view signature) {
  detail::run([&](char* text, std::size_t size) {
    return pl_signature_validate(detail::number(of), signature.data(), signature.size(), text, size);
  });
}

/** Sums `count` signatures that lie side by side. */
inline bytes aggregate_signatures(variant of, std::size_t count, bytes_view signatures) {
  bytes out(signature_length(of));
  detail::run([&](char* text, std::size_t size) {
    return pl_aggregate_signatures(detail::number(of), count, signatures.data(), signatures.size(),
                                   out.data(), out.size(), text, size);
  });
  return out;
}

/** Sums `count` keys that lie side by side. */
inline bytes aggregate_public_keys(variant of, std::size_t count, bytes_view keys) {
  bytes out(public_key_length(of));
  detail::run([&](char* text, std::size_t size) {
    return pl_aggregate_public_keys(detail::number(of), count, keys.data(), keys.size(), out.data(),
                                    out.size(), text, size);
  });
  return out;
}

/** Throws unless the signature is the sum of one by each key on the one message. */
inline void fast_aggregate_verify(const suite& under, std::size_t count, bytes_view keys,
                                  bytes_view message, bytes_view signature) {
  detail::run([&](char* text, std::size_t size) {
    return pl_fast_aggregate_verify(under.get(), count, keys.data(), keys.size(), message.data(),
                                    message.size(), signature.data(), signature.size(), text, size);
  });
}

/** Throws unless the signature is the sum of one by key i on message i, for all keys. */
inline void aggregate_verify(const suite& under, bytes_view keys,
                             const std::vector<bytes_view>& messages, bytes_view signature) {
  const detail::joined all(messages);
  detail::run([&](char* text, std::size_t size) {
    return pl_aggregate_verify(under.get(), messages.size(), keys.data(), keys.size(),
                               all.bytes.data(), all.bytes.size(), all.ends.data(),
                               signature.data(), signature.size(), text, size);
  });
}

/** Threads for batches. */
class pool {
 public:
  explicit pool(std::size_t threads)
      : handle_(detail::make<handle>([&](pl_pool** made, char* text, std::size_t size) {
          return pl_pool_new(threads, made, text, size);
        })) {}
  const pl_pool* get() const noexcept { return handle_.get(); }

 private:
  using handle = detail::owned<pl_pool, pl_pool_free>;
  handle handle_;
};

/** Keys checked once and used by number. */
class registry {
 public:
  struct usage {
    std::uint64_t entries, hits, misses, memory_bytes;
  };

  registry(variant of, std::size_t keys_max)
      : variant_(of),
        handle_(detail::make<handle>([&](pl_registry** made, char* text, std::size_t size) {
          return pl_registry_new(detail::number(of), keys_max, made, text, size);
        })) {}

  std::uint64_t insert(bytes_view key) {
    std::uint64_t number = 0;
    detail::run([&](char* text, std::size_t size) {
      return pl_registry_insert(handle_.get(), key.data(), key.size(), &number, text, size);
    });
    return number;
  }
  std::uint64_t insert_with_possession(bytes_view key, bytes_view proof, bytes_view tag = {}) {
    std::uint64_t number = 0;
    detail::run([&](char* text, std::size_t size) {
      return pl_registry_insert_with_possession(handle_.get(), key.data(), key.size(), proof.data(),
                                                proof.size(), tag.data(), tag.size(), &number, text,
                                                size);
    });
    return number;
  }
  void remove(std::uint64_t number) {
    detail::run([&](char* text, std::size_t size) {
      return pl_registry_remove(handle_.get(), number, text, size);
    });
  }
  /** Keeps what batches on vector lanes trace of up to so many min-sig keys, 17 KiB each. */
  void keep_lines(std::size_t keys_max) {
    detail::run([&](char* text, std::size_t size) {
      return pl_registry_keep_lines(handle_.get(), keys_max, text, size);
    });
  }
  bytes key(std::uint64_t number) const {
    bytes out(public_key_length(variant_));
    detail::run([&](char* text, std::size_t size) {
      return pl_registry_key(handle_.get(), number, out.data(), out.size(), text, size);
    });
    return out;
  }
  usage used() const {
    usage now{};
    detail::run([&](char* text, std::size_t size) {
      return pl_registry_usage(handle_.get(), &now.entries, &now.hits, &now.misses,
                               &now.memory_bytes, text, size);
    });
    return now;
  }

  variant of() const noexcept { return variant_; }
  const pl_registry* get() const noexcept { return handle_.get(); }

 private:
  using handle = detail::owned<pl_registry, pl_registry_free>;
  variant variant_;
  handle handle_;
};

/** Verdicts in the order of the items, and how many are not valid. */
struct verdicts {
  std::vector<verdict> of_items;
  std::size_t invalid = 0;
};

/** Parts of one length in an array, each `stride` bytes after the last; 0 stands for the length. */
struct parts {
  bytes_view array;
  std::size_t length;
  std::size_t stride = 0;
};

/** Verifies batches. Keeps alive what it needs of the registry and pool. */
class verifier {
 public:
  struct options {
    const registry* keys = nullptr;
    const pool* threads = nullptr;
    std::size_t messages_max = 0;
    std::int32_t weight_bits = 64;
    /** `PL_BACKEND_DEFAULT`, or another to force it; throws where the processor cannot run it. */
    std::int32_t backend = PL_BACKEND_DEFAULT;
  };

  explicit verifier(variant of) : verifier(of, options{}) {}
  verifier(variant of, const options& with)
      : handle_(detail::make<handle>([&](pl_verifier** made, char* text, std::size_t size) {
          return pl_verifier_new(detail::number(of), with.keys ? with.keys->get() : nullptr,
                                 with.threads ? with.threads->get() : nullptr, with.messages_max,
                                 with.weight_bits, with.backend, made, text, size);
        })) {}

  /** `count` items whose parts have fixed lengths. Throws if an array is too short for them. */
  verdicts verify(const suite& under, std::size_t count, parts keys, parts messages,
                  parts signatures) const {
    require(keys, count, "keys");
    return run(under, count, nullptr, keys, messages, signatures);
  }

  /** As above, keys given by their numbers in the registry. */
  verdicts verify(const suite& under, const std::vector<std::uint64_t>& keys, parts messages,
                  parts signatures) const {
    return run(under, keys.size(), keys.data(), {{}, 0}, messages, signatures);
  }

  const pl_verifier* get() const noexcept { return handle_.get(); }

 private:
  using handle = detail::owned<pl_verifier, pl_verifier_free>;

  /** C trusts its caller for this; C++ knows the sizes. Without overflow: no product is formed. */
  static void require(const parts& of, std::size_t count, const char* name) {
    const std::size_t stride = of.stride == 0 ? of.length : of.stride, size = of.array.size();
    const bool fits =
        count == 0 || (of.length <= size && (stride == 0 || count - 1 <= (size - of.length) / stride));
    if (!fits) throw error(PL_BAD_LENGTH, (std::string(name) + ": the array is too short").c_str());
  }

  verdicts run(const suite& under, std::size_t count, const std::uint64_t* numbers,
               const parts& keys, const parts& messages, const parts& signatures) const {
    require(messages, count, "messages");
    require(signatures, count, "signatures");
    verdicts out{std::vector<verdict>(count), 0};
    detail::run([&](char* text, std::size_t size) {
      return pl_verify_batch(get(), under.get(), count, numbers, keys.array.data(), keys.length,
                             keys.stride, messages.array.data(), nullptr, messages.length,
                             messages.stride, signatures.array.data(), signatures.length,
                             signatures.stride,
                             reinterpret_cast<std::uint8_t*>(out.of_items.data()), &out.invalid,
                             text, size);
    });
    return out;
  }

  handle handle_;
};

/** A batch that grows item by item, for items of different suites and lengths. */
class batch {
 public:
  batch(std::size_t items_max, std::size_t bytes_max)
      : handle_(detail::make<handle>([&](pl_batch** made, char* text, std::size_t size) {
          return pl_batch_new(items_max, bytes_max, made, text, size);
        })) {}

  void push(const suite& under, bytes_view key, bytes_view message, bytes_view signature) {
    detail::run([&](char* text, std::size_t size) {
      return pl_batch_push(handle_.get(), under.get(), key.data(), key.size(), message.data(),
                           message.size(), signature.data(), signature.size(), text, size);
    });
  }
  void push(const suite& under, std::uint64_t key, bytes_view message, bytes_view signature) {
    detail::run([&](char* text, std::size_t size) {
      return pl_batch_push_number(handle_.get(), under.get(), key, message.data(), message.size(),
                                  signature.data(), signature.size(), text, size);
    });
  }
  std::size_t size() const noexcept { return pl_batch_count(handle_.get()); }

  /** Verifies the items and leaves the batch empty. */
  verdicts verify(const verifier& by) {
    verdicts out{std::vector<verdict>(size()), 0};
    detail::run([&](char* text, std::size_t size) {
      return pl_batch_verify(handle_.get(), by.get(), out.of_items.size(),
                             reinterpret_cast<std::uint8_t*>(out.of_items.data()), &out.invalid,
                             text, size);
    });
    return out;
  }

 private:
  using handle = detail::owned<pl_batch, pl_batch_free>;
  handle handle_;
};

enum class vrf_suite : std::int32_t {
  tai = PL_VRF_TAI,
  ell2 = PL_VRF_ELL2,
  p256_tai = PL_VRF_P256_TAI,
  p256_sswu = PL_VRF_P256_SSWU
};

/** The secret key of a VRF; wiped when it goes. */
class vrf_key {
 public:
  static vrf_key generate(vrf_suite with) {
    return vrf_key(with, detail::make<handle>([&](pl_vrf_key** made, char* text, std::size_t size) {
      return pl_vrf_key_generate(static_cast<std::int32_t>(with), made, text, size);
    }));
  }
  static vrf_key from_seed(vrf_suite with, bytes_view seed) {
    return vrf_key(with, detail::make<handle>([&](pl_vrf_key** made, char* text, std::size_t size) {
      return pl_vrf_key_from_seed(static_cast<std::int32_t>(with), seed.data(), seed.size(), made,
                                  text, size);
    }));
  }

  /** From the 32 bytes that RFC 9381 calls SK. */
  static vrf_key from_rfc9381(vrf_suite with, bytes_view seed) {
    return vrf_key(with, detail::make<handle>([&](pl_vrf_key** made, char* text, std::size_t size) {
      return pl_vrf_key_from_rfc9381(static_cast<std::int32_t>(with), seed.data(), seed.size(),
                                     made, text, size);
    }));
  }

  bytes public_key() const {
    bytes out(pl_vrf_key_length(static_cast<std::int32_t>(suite_)));
    detail::run([&](char* text, std::size_t size) {
      return pl_vrf_key_public(handle_.get(), out.data(), out.size(), text, size);
    });
    return out;
  }
  /** RFC 9381's proof. */
  bytes prove(bytes_view alpha) const { return proof(alpha, pl_vrf_proof_length(static_cast<std::int32_t>(suite_))); }
  /** The form that batches take; on edwards25519 alone. */
  bytes prove_announced(bytes_view alpha) const { return proof(alpha, PL_VRF_ANNOUNCED_BYTES); }

 private:
  using handle = detail::owned<pl_vrf_key, pl_vrf_key_free>;
  vrf_key(vrf_suite with, handle from) : suite_(with), handle_(std::move(from)) {}
  bytes proof(bytes_view alpha, std::size_t length) const {
    bytes out(length);
    detail::run([&](char* text, std::size_t size) {
      return pl_vrf_prove(handle_.get(), alpha.data(), alpha.size(), out.data(), out.size(), text,
                          size);
    });
    return out;
  }
  vrf_suite suite_;
  handle handle_;
};

/** The output, if the proof, of either form, is the key's on alpha; throws if not. */
inline bytes vrf_verify(vrf_suite with, bytes_view key, bytes_view alpha, bytes_view proof) {
  bytes out(pl_vrf_output_length(static_cast<std::int32_t>(with)));
  detail::run([&](char* text, std::size_t size) {
    return pl_vrf_verify(static_cast<std::int32_t>(with), key.data(), key.size(), alpha.data(),
                         alpha.size(), proof.data(), proof.size(), out.data(), out.size(), text,
                         size);
  });
  return out;
}

/** The output that RFC 9381's proof claims; it means something once the proof has been verified. */
inline bytes vrf_proof_to_hash(vrf_suite with, bytes_view proof) {
  bytes out(pl_vrf_output_length(static_cast<std::int32_t>(with)));
  detail::run([&](char* text, std::size_t size) {
    return pl_vrf_proof_to_hash(static_cast<std::int32_t>(with), proof.data(), proof.size(),
                                out.data(), out.size(), text, size);
  });
  return out;
}

/** Verdicts, and the outputs side by side: zeros where a verdict is not valid. */
struct vrf_verdicts : verdicts {
  bytes outputs;
};

/** Verifies announced proofs, on the pool's threads if there is one. Keys and proofs lie side by
 *  side; there are as many as alphas. */
inline vrf_verdicts vrf_verify_batch(vrf_suite with, bytes_view keys,
                                     const std::vector<bytes_view>& alphas, bytes_view proofs,
                                     const pool* threads = nullptr) {
  const std::size_t count = alphas.size();
  if (keys.size() / PL_VRF_KEY_BYTES != count || keys.size() % PL_VRF_KEY_BYTES != 0 ||
      proofs.size() / PL_VRF_ANNOUNCED_BYTES != count ||
      proofs.size() % PL_VRF_ANNOUNCED_BYTES != 0) {
    throw error(PL_BAD_LENGTH, "keys, alphas and proofs are not of one number");
  }
  const detail::joined all(alphas);
  vrf_verdicts out{{std::vector<verdict>(count), 0}, bytes(count * PL_VRF_OUTPUT_BYTES)};
  detail::run([&](char* text, std::size_t size) {
    return pl_vrf_verify_batch(static_cast<std::int32_t>(with), threads ? threads->get() : nullptr,
                               count, keys.data(), all.bytes.data(), all.ends.data(), proofs.data(),
                               reinterpret_cast<std::uint8_t*>(out.of_items.data()),
                               out.outputs.data(), &out.invalid, text, size);
  });
  return out;
}

/** A proof of the BLS VRF, a signature; no tag stands for the standard one. */
inline bytes bls_vrf_prove(const secret_key& key, variant of, bytes_view alpha, bytes_view tag = {}) {
  bytes out(signature_length(of));
  detail::run([&](char* text, std::size_t size) {
    return pl_bls_vrf_prove(key.get(), detail::number(of), tag.data(), tag.size(), alpha.data(),
                            alpha.size(), out.data(), out.size(), text, size);
  });
  return out;
}

/** The output, if the proof is the key's on alpha; throws if not. */
inline bytes bls_vrf_verify(variant of, bytes_view key, bytes_view alpha, bytes_view proof,
                            bytes_view tag = {}) {
  bytes out(PL_BLS_VRF_OUTPUT_BYTES);
  detail::run([&](char* text, std::size_t size) {
    return pl_bls_vrf_verify(detail::number(of), tag.data(), tag.size(), key.data(), key.size(),
                             alpha.data(), alpha.size(), proof.data(), proof.size(), out.data(),
                             out.size(), text, size);
  });
  return out;
}

/** The output that a valid proof is for. Does not verify it. */
inline bytes bls_vrf_proof_to_hash(variant of, bytes_view proof, bytes_view tag = {}) {
  bytes out(PL_BLS_VRF_OUTPUT_BYTES);
  detail::run([&](char* text, std::size_t size) {
    return pl_bls_vrf_proof_to_hash(detail::number(of), tag.data(), tag.size(), proof.data(),
                                    proof.size(), out.data(), out.size(), text, size);
  });
  return out;
}

class key_share;

/** The public side of a threshold group. */
class group {
 public:
  group(variant of, std::uint16_t required, std::uint16_t participants, bytes_view commitment)
      : variant_(of),
        handle_(detail::make<handle>([&](pl_group** made, char* text, std::size_t size) {
          return pl_group_new(detail::number(of), required, participants, commitment.data(),
                              commitment.size(), made, text, size);
        })) {}

  /** Shares a key out; who calls this knows all of it. */
  static std::pair<group, std::vector<key_share>> deal(const secret_key& key, variant of,
                                                       std::uint16_t required,
                                                       std::uint16_t participants);

  std::uint16_t required() const { return threshold().first; }
  std::uint16_t participants() const { return threshold().second; }

  /** With the threshold, all that anybody needs to make this group. */
  bytes commitment() const {
    bytes out(pl_group_commitment_length(get()));
    detail::run([&](char* text, std::size_t size) {
      return pl_group_commitment(get(), out.data(), out.size(), text, size);
    });
    return out;
  }
  bytes public_key() const {
    bytes out(public_key_length(variant_));
    detail::run([&](char* text, std::size_t size) {
      return pl_group_public_key(get(), out.data(), out.size(), text, size);
    });
    return out;
  }
  bytes holder_key(std::uint16_t index) const {
    bytes out(public_key_length(variant_));
    detail::run([&](char* text, std::size_t size) {
      return pl_group_holder_key(get(), index, out.data(), out.size(), text, size);
    });
    return out;
  }

  /** Throws unless the partial signature is its holder's on the message. */
  void verify_partial(const suite& under, bytes_view message, bytes_view partial) const {
    detail::run([&](char* text, std::size_t size) {
      return pl_group_verify_partial(get(), under.get(), message.data(), message.size(),
                                     partial.data(), partial.size(), text, size);
    });
  }
  /** A verdict for each of `count` partial signatures that lie side by side. */
  verdicts verify_partials(const suite& under, bytes_view message, std::size_t count,
                           bytes_view partials, const verifier* by = nullptr) const {
    if (count > PL_COUNT_MAX) throw error(PL_BAD_LENGTH, "too many partial signatures");
    verdicts out{std::vector<verdict>(count), 0};
    detail::run([&](char* text, std::size_t size) {
      return pl_group_verify_partials(get(), under.get(), by ? by->get() : nullptr, message.data(),
                                      message.size(), count, partials.data(), partials.size(),
                                      reinterpret_cast<std::uint8_t*>(out.of_items.data()),
                                      &out.invalid, text, size);
    });
    return out;
  }
  /** The group's signature from `count` partial signatures of which some may be wrong. */
  bytes combine(const suite& under, bytes_view message, std::size_t count, bytes_view partials,
                const verifier* by = nullptr) const {
    bytes out(signature_length(variant_));
    detail::run([&](char* text, std::size_t size) {
      return pl_group_combine(get(), under.get(), by ? by->get() : nullptr, message.data(),
                              message.size(), count, partials.data(), partials.size(), out.data(),
                              out.size(), nullptr, text, size);
    });
    return out;
  }

  variant of() const noexcept { return variant_; }
  const pl_group* get() const noexcept { return handle_.get(); }

 private:
  friend class ceremony;
  using handle = detail::owned<pl_group, pl_group_free>;
  group(variant of, pl_group* from) : variant_(of), handle_(from) {}
  std::pair<std::uint16_t, std::uint16_t> threshold() const {
    std::pair<std::uint16_t, std::uint16_t> out;
    detail::run([&](char* text, std::size_t size) {
      return pl_group_threshold(get(), &out.first, &out.second, text, size);
    });
    return out;
  }
  variant variant_;
  handle handle_;
};

/** One holder's share of a key; wiped when it goes. */
class key_share {
 public:
  static key_share from_bytes(bytes_view encoded) {
    pl_key_share* made = nullptr;
    detail::run([&](char* text, std::size_t size) {
      return pl_key_share_from_bytes(encoded.data(), encoded.size(), &made, text, size);
    });
    return key_share(made);
  }

  /** Writes the secret bytes to `out`, which the caller has to wipe. */
  void expose(std::uint8_t (&out)[PL_KEY_SHARE_BYTES]) const {
    detail::run([&](char* text, std::size_t size) {
      return pl_key_share_expose(get(), out, sizeof out, text, size);
    });
  }
  std::uint16_t index() const noexcept { return pl_key_share_index(get()); }

  /** Throws unless this is the group's share at its index. */
  void check(const group& with) const {
    detail::run([&](char* text, std::size_t size) {
      return pl_key_share_check(get(), with.get(), text, size);
    });
  }
  bytes sign(const group& with, const suite& under, bytes_view message) const {
    bytes out(pl_partial_signature_length(detail::number(with.of())));
    detail::run([&](char* text, std::size_t size) {
      return pl_key_share_sign(get(), with.get(), under.get(), message.data(), message.size(),
                               out.data(), out.size(), text, size);
    });
    return out;
  }
  /** The key itself; it ends the threshold. */
  static secret_key recover(std::uint16_t required, const std::vector<key_share>& shares) {
    std::vector<const pl_key_share*> handles;
    for (const key_share& share : shares) handles.push_back(share.get());
    return secret_key(
        detail::make<secret_key::handle>([&](pl_secret_key** made, char* text, std::size_t size) {
          return pl_recover_secret_key(required, handles.size(), handles.data(), made, text, size);
        }));
  }

  const pl_key_share* get() const noexcept { return handle_.get(); }

 private:
  friend class group;
  friend class ceremony;
  using handle = detail::owned<pl_key_share, pl_key_share_free>;
  explicit key_share(pl_key_share* from) : handle_(from) {}
  handle handle_;
};

inline std::pair<group, std::vector<key_share>> group::deal(const secret_key& key, variant of,
                                                            std::uint16_t required,
                                                            std::uint16_t participants) {
  std::vector<key_share> shares;
  shares.reserve(participants);
  std::vector<pl_key_share*> dealt(participants);
  pl_group* made = nullptr;
  detail::run([&](char* text, std::size_t size) {
    return pl_group_deal(key.get(), detail::number(of), required, participants, &made, dealt.data(),
                         dealt.size(), text, size);
  });
  for (pl_key_share* share : dealt) shares.push_back(key_share(share));
  return {group(of, made), std::move(shares)};
}

/** Interpolates a signature from partial ones, side by side, that are **not** verified. */
inline bytes recover_signature(variant of, std::uint16_t required, std::size_t count,
                               bytes_view partials) {
  bytes out(signature_length(of));
  detail::run([&](char* text, std::size_t size) {
    return pl_recover_signature(detail::number(of), required, count, partials.data(),
                                partials.size(), out.data(), out.size(), text, size);
  });
  return out;
}

/** One party of a key generation or a resharing; see `pl_ceremony` for the phases. */
class ceremony {
 public:
  struct message {
    std::uint16_t receiver; /**< 0 for a broadcast; else **secret**. */
    bytes content;
  };
  struct result {
    group made;
    std::unique_ptr<key_share> share; /**< None for a party that gets none. */
  };

  /** Key generation; index 0 observes. */
  static ceremony generate(variant of, std::uint16_t required, std::uint16_t participants,
                           std::uint16_t index, bytes_view context) {
    return ceremony(of, detail::make<handle>([&](pl_ceremony** made, char* text, std::size_t size) {
                      return pl_dkg_start(detail::number(of), required, participants, index,
                                          context.data(), context.size(), made, text, size);
                    }));
  }
  /** Resharing; `share` may be null, receiver 0 gets no share. */
  static ceremony reshare(const group& old, std::uint16_t required, std::uint16_t participants,
                          const key_share* share, std::uint16_t receiver, bytes_view context) {
    return ceremony(old.of(),
                    detail::make<handle>([&](pl_ceremony** made, char* text, std::size_t size) {
                      return pl_reshare_start(old.get(), required, participants,
                                              share ? share->get() : nullptr, receiver,
                                              context.data(), context.size(), made, text, size);
                    }));
  }

  std::int32_t phase() const noexcept { return pl_ceremony_phase(handle_.get()); }
  std::vector<message> outgoing() const {
    std::vector<message> all(pl_ceremony_outgoing_count(handle_.get()));
    for (std::size_t i = 0; i < all.size(); i++) {
      all[i].content.resize(pl_ceremony_outgoing_length(handle_.get(), i));
      detail::run([&](char* text, std::size_t size) {
        return pl_ceremony_outgoing(handle_.get(), i, &all[i].receiver, all[i].content.data(),
                                    all[i].content.size(), text, size);
      });
    }
    return all;
  }
  void receive(bytes_view content) {
    detail::run([&](char* text, std::size_t size) {
      return pl_ceremony_receive(handle_.get(), content.data(), content.size(), text, size);
    });
  }
  void advance(const pool* threads = nullptr) {
    detail::run([&](char* text, std::size_t size) {
      return pl_ceremony_advance(handle_.get(), threads ? threads->get() : nullptr, text, size);
    });
  }
  result finish() {
    pl_group* made = nullptr;
    pl_key_share* ours = nullptr;
    detail::run([&](char* text, std::size_t size) {
      return pl_ceremony_finish(handle_.get(), &made, &ours, text, size);
    });
    group whole(variant_, made);
    key_share held(ours);
    return {std::move(whole), ours ? std::make_unique<key_share>(std::move(held)) : nullptr};
  }
  /** What a dealer did: `PL_FAULT_NONE`, ...; once finished. */
  std::int32_t fault(std::uint16_t dealer) const {
    std::int32_t out = 0;
    detail::run([&](char* text, std::size_t size) {
      return pl_ceremony_fault(handle_.get(), dealer, &out, text, size);
    });
    return out;
  }
  /** Complaints that were answered with the right share: dealer and complainer; once finished. */
  std::vector<std::pair<std::uint16_t, std::uint16_t>> disputes() const {
    std::vector<std::pair<std::uint16_t, std::uint16_t>> all(
        pl_ceremony_dispute_count(handle_.get()));
    for (std::size_t i = 0; i < all.size(); i++) {
      detail::run([&](char* text, std::size_t size) {
        return pl_ceremony_dispute(handle_.get(), i, &all[i].first, &all[i].second, text, size);
      });
    }
    return all;
  }

 private:
  using handle = detail::owned<pl_ceremony, pl_ceremony_free>;
  ceremony(variant of, handle from) : variant_(of), handle_(std::move(from)) {}
  variant variant_;
  handle handle_;
};

/** Validators and stakes below 2^64 each, identified by their position; selection by stake. */
class stakes {
 public:
  explicit stakes(const std::vector<std::uint64_t>& amounts) {
    bytes ids(8 * amounts.size());
    std::vector<std::uint64_t> pairs(2 * amounts.size());
    for (std::size_t i = 0; i < amounts.size(); i++) {
      name(i, ids.data() + 8 * i);
      pairs[2 * i + 1] = amounts[i];
    }
    handle_ = detail::make<handle>([&](pl_stakes** made, char* text, std::size_t size) {
      return pl_stakes_new(amounts.size(), ids.data(), 8, pairs.data(), made, text, size);
    });
  }

  void update(std::uint64_t position, std::uint64_t amount) {
    std::uint8_t id[8];
    name(position, id);
    detail::run([&](char* text, std::size_t size) {
      return pl_stakes_update(handle_.get(), id, sizeof id, 0, amount, text, size);
    });
  }
  std::uint64_t select(bytes_view tag, bytes_view output) const {
    std::uint64_t position = 0;
    detail::run([&](char* text, std::size_t size) {
      return pl_stakes_select(handle_.get(), tag.data(), tag.size(), output.data(), output.size(),
                              &position, text, size);
    });
    return position;
  }
  std::vector<std::uint64_t> committee(bytes_view tag, bytes_view output, std::size_t seats) const {
    if (seats > PL_COUNT_MAX) throw error(PL_BAD_LENGTH, "too many seats");
    std::vector<std::uint64_t> positions(seats);
    detail::run([&](char* text, std::size_t size) {
      return pl_stakes_committee(handle_.get(), tag.data(), tag.size(), output.data(),
                                 output.size(), seats, positions.data(), text, size);
    });
    return positions;
  }

 private:
  using handle = detail::owned<pl_stakes, pl_stakes_free>;
  static void name(std::uint64_t position, std::uint8_t* id) noexcept {
    for (int i = 0; i < 8; i++) id[i] = static_cast<std::uint8_t>(position >> (56 - 8 * i));
  }
  handle handle_;
};

/** What the processor offers and which arithmetic runs. */
inline std::string cpu_report() {
  std::size_t needed = 0;
  pl_cpu_report(nullptr, 0, &needed, nullptr, 0);
  std::string out(needed, '\0');
  detail::run([&](char* text, std::size_t size) {
    return pl_cpu_report(out.data(), out.size(), nullptr, text, size);
  });
  out.pop_back();
  return out;
}

}  // namespace pairlane

#endif /* PAIRLANE_HPP */
