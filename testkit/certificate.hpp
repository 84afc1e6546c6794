#pragma once

#include <string>

#include "testkit/temp_dir.hpp"

namespace sesame::testkit {

/// A self-signed certificate for one host name or address, valid from yesterday for a day and more; it is its
/// own authority. PEM files in a folder of its own.
class Certificate {
 public:
  explicit Certificate(const std::string& host);

  std::string certificate_file() const { return folder_.file("certificate.pem"); }
  std::string key_file() const { return folder_.file("key.pem"); }

 private:
  TempDir folder_;
};

}  // namespace sesame::testkit
