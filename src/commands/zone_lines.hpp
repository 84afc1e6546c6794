#pragma once

#include <string>
#include <string_view>
#include <vector>

/// DNS records as lines of a zone file (RFC 1035 §5.1). Pure. Thread: any.
namespace sesame::commands {

struct WantedRecord {
  std::string type;   // TXT, MX, CNAME or A.
  std::string name;   // Without the dot at its end.
  std::string value;  // As the API writes it: an MX without its preference.
};

/// One line a record, under a comment that names the domain. Texts are cut into strings of 255 bytes.
std::string zone_lines(std::string_view domain, const std::vector<WantedRecord>& records);

}  // namespace sesame::commands
