#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "commands/pause.hpp"

namespace sesame::commands {

/// A text file of any size in any common encoding, read as UTF-8 as often as wanted. Thread: one.
class TextFile {
 public:
  /// Opens the file (`-`: standard input, which is copied into a temporary file first) and looks at all of it
  /// to find its encoding, unless `encoding` names it in the words of iconv. Errors: errors::kImportFile
  /// (fact "problem": it cannot be read, it is binary, nobody knows the encoding), errors::kStopped
  /// (Ctrl-C).
  static Result<TextFile> open(const std::string& path, const std::string& encoding, Pause& pause);
  TextFile(TextFile&&) noexcept;
  TextFile& operator=(TextFile&&) noexcept;
  ~TextFile();

  /// The text from its beginning, as a stream that lives until the next call. Bytes that are not in the
  /// encoding become U+FFFD; in a file of UTF-8 they stay.
  std::istream& read();
  /// The bytes of the file that the stream has used, and all of them: for a progress bar.
  std::uint64_t used() const;
  std::uint64_t size() const;
  /// "UTF-8", "GB18030", ..
  const std::string& encoding() const;
  /// The name for people: the path, or "standard input".
  const std::string& name() const;

 private:
  struct Parts;
  explicit TextFile(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace sesame::commands
