// As verify_file.c, in C++ and with a pool of threads:
//
//   verify_file_cpp FILE MESSAGE_LENGTH

#include <fstream>
#include <iostream>
#include <iterator>

#include "pairlane.hpp"

namespace pl = pairlane;

static int verify(const char* path, std::size_t message_length) {
  std::ifstream file(path, std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  const std::size_t key = pl::public_key_length(pl::variant::min_pk);
  const std::size_t signature = pl::signature_length(pl::variant::min_pk);
  const std::size_t record = key + signature + message_length, count = all.size() / record;
  if (!file || all.empty() || all.size() % record != 0) {
    std::cerr << "verify_file_cpp: no whole records in " << path << '\n';
    return 2;
  }

  const pl::suite suite(pl::variant::min_pk, pl::scheme::proof_of_possession);
  const pl::pool threads(2);
  pl::verifier::options options;
  options.threads = &threads;
  const std::string_view records = all;
  const pl::verdicts verdicts =
      pl::verifier(pl::variant::min_pk, options)
          .verify(suite, count, {records, key, record},
                  {records.substr(key + signature), message_length, record},
                  {records.substr(key), signature, record});

  for (std::size_t i = 0; i < count; i++) {
    const pl::verdict verdict = verdicts.of_items[i];
    if (!pl::is_valid(verdict)) std::cout << "record " << i + 1 << ": " << pl::text(verdict) << '\n';
  }
  std::cout << count << " records, " << verdicts.invalid << " invalid\n";
  return verdicts.invalid > 0;
}

int main(int count, char** arguments) try {
  if (count != 3) {
    std::cerr << "usage: verify_file_cpp FILE MESSAGE_LENGTH\n";
    return 2;
  }
  return verify(arguments[1], std::stoul(arguments[2]));
} catch (const std::exception& error) {
  std::cerr << "verify_file_cpp: " << error.what() << '\n';
  return 2;
}
