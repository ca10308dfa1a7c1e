// Derives a key from a seed file (EIP-2333), signs a message and writes the record
// public key | signature | message to standard output:
//
//   sign_cpp SEED_FILE PATH MESSAGE >> records

#include <fstream>
#include <iostream>
#include <iterator>

#include "pairlane.hpp"

namespace pl = pairlane;

int main(int count, char** arguments) try {
  if (count != 4) {
    std::cerr << "usage: sign_cpp SEED_FILE PATH MESSAGE\n";
    return 2;
  }
  std::ifstream file(arguments[1], std::ios::binary);
  const std::string seed{std::istreambuf_iterator<char>(file), {}};
  const pl::secret_key key = pl::secret_key::derive(seed, arguments[2]);
  const pl::suite suite(pl::variant::min_pk, pl::scheme::proof_of_possession);
  const std::string_view message = arguments[3];
  for (const pl::bytes& part : {key.public_key(suite.of()), key.sign(suite, message)}) {
    std::cout.write(reinterpret_cast<const char*>(part.data()),
                    static_cast<std::streamsize>(part.size()));
  }
  std::cout << message << std::flush;
  return std::cout ? 0 : 2;
} catch (const std::exception& error) {
  std::cerr << "sign_cpp: " << error.what() << '\n';
  return 2;
}
