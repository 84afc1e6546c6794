#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A mail for reading at a terminal: no text of it can steer one. Pure. Thread: any.
namespace sesame::commands {

struct ShownMail {
  struct File {
    std::string name;  // Empty when the mail names none.
    std::string type;
    std::uint64_t bytes = 0;
  };
  /// The fields that readers look at, decoded, From first.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string text;        // The text part, or the words of the html part; LF line ends.
  bool from_html = false;  // The mail has no text part.
  std::vector<File> files;
};

/// Any bytes make a mail, as mime::read_mail() reads them.
ShownMail read_shown_mail(std::string_view raw);

/// The text without what could steer a terminal: control characters but for line ends and tabs become dots.
std::string printable(std::string_view text);

}  // namespace sesame::commands
