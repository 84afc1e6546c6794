#include "commands/text_file.hpp"

#include <fcntl.h>
#include <iconv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <streambuf>
#include <utility>
#include <vector>

#include "commands/errors.hpp"
#include "commands/text_format.hpp"

namespace sesame::commands {

namespace {

constexpr std::size_t kChunkBytes = 1 << 16;

Error problem(const std::string& name, const std::string& what) {
  return Error(errors::kImportFile).with("problem", name + ": " + what);
}

/// An open file, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

/// A conversion to UTF-8; without one the bytes pass as they are.
class Decoder {
 public:
  explicit Decoder(const std::string& encoding) {
    if (encoding != "UTF-8") descriptor_ = iconv_open("UTF-8", encoding.c_str());
  }
  ~Decoder() {
    if (works()) iconv_close(descriptor_);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  bool works() const { return descriptor_ != kNone; }

  /// Appends `bytes` decoded and removes them, but for a character at the end that may go on.
  void decode(std::string& bytes, bool is_last, std::string& out) const {
    char* in = bytes.data();
    std::size_t left = bytes.size();
    std::array<char, kChunkBytes> chunk;
    while (left > 0) {
      char* to = chunk.data();
      std::size_t room = chunk.size();
      const bool done = iconv(descriptor_, &in, &left, &to, &room) != static_cast<std::size_t>(-1);
      const int fault = errno;
      out.append(chunk.data(), static_cast<std::size_t>(to - chunk.data()));
      if (done || (fault == EINVAL && !is_last)) break;
      if (fault == E2BIG) continue;
      out += "\xEF\xBF\xBD";
      ++in, --left;
    }
    bytes.erase(0, bytes.size() - left);
  }

 private:
  static inline const iconv_t kNone = reinterpret_cast<iconv_t>(-1);
  iconv_t descriptor_ = kNone;
};

/// The file as UTF-8.
class DecodedBuffer final : public std::streambuf {
 public:
  DecodedBuffer(int file, std::uint64_t begin, const std::string& encoding)
      : file_(file), used_(begin), decoder_(encoding), plain_(encoding == "UTF-8"), chunk_(kChunkBytes) {}

  std::uint64_t used() const { return used_; }

 protected:
  int_type underflow() override {
    text_.clear();
    while (text_.empty() && !ended_) {
      const ssize_t count = ::pread(file_, chunk_.data(), chunk_.size(), static_cast<off_t>(used_));
      ended_ = count <= 0;
      if (count > 0) used_ += static_cast<std::uint64_t>(count);
      std::string& target = plain_ ? text_ : raw_;
      if (count > 0) target.append(chunk_.data(), static_cast<std::size_t>(count));
      if (!plain_) decoder_.decode(raw_, ended_, text_);
    }
    if (text_.empty()) return traits_type::eof();
    setg(text_.data(), text_.data(), text_.data() + text_.size());
    return traits_type::to_int_type(text_.front());
  }

 private:
  const int file_;
  std::uint64_t used_;
  Decoder decoder_;
  const bool plain_;
  bool ended_ = false;
  std::vector<char> chunk_;
  std::string raw_;
  std::string text_;
};

/// Copies a pipe into a file without a name, so that it can be read twice.
Result<Descriptor> copy_of(int pipe, const std::string& name, Pause& pause) {
  const char* chosen = std::getenv("TMPDIR");
  const std::string folder = chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
  Descriptor copy(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (copy.get() < 0) return problem(name, "no temporary file in " + folder + ": " + std::strerror(errno));
  std::vector<char> chunk(kChunkBytes);
  while (true) {
    if (!pause.wait_readable(pipe)) return Error(errors::kStopped);
    const ssize_t count = ::read(pipe, chunk.data(), chunk.size());
    if (count < 0) return problem(name, std::strerror(errno));
    if (count == 0) return copy;
    for (ssize_t at = 0; at < count;) {
      const ssize_t written = ::write(copy.get(), chunk.data() + at, static_cast<std::size_t>(count - at));
      if (written < 0) return problem(name, "cannot copy it into " + folder + ": " + std::strerror(errno));
      at += written;
    }
  }
}

Result<Descriptor> open_file(const std::string& path, const std::string& name, Pause& pause) {
  if (path == "-") return copy_of(STDIN_FILENO, name, pause);
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (file.get() < 0 || ::fstat(file.get(), &info) != 0) return problem(name, std::strerror(errno));
  if (S_ISDIR(info.st_mode)) return problem(name, "a folder; name a CSV file");
  if (!S_ISREG(info.st_mode)) return copy_of(file.get(), name, pause);
  return file;
}

}  // namespace

struct TextFile::Parts {
  Descriptor file;
  std::string name;
  std::string encoding;
  std::uint64_t begin = 0;  // Behind the byte order mark.
  std::uint64_t size = 0;
  std::optional<DecodedBuffer> buffer;
  std::optional<std::istream> stream;

  Parts(Descriptor opened, std::string shown) : file(std::move(opened)), name(std::move(shown)) {}
  Status find_encoding(const std::string& wanted, Pause& pause);
  Result<std::string> guess(Pause& pause) const;
};

Status TextFile::Parts::find_encoding(const std::string& wanted, Pause& pause) {
  struct stat info {};
  ::fstat(file.get(), &info);
  size = static_cast<std::uint64_t>(info.st_size);
  std::string first(kChunkBytes, '\0');
  const ssize_t count = ::pread(file.get(), first.data(), first.size(), 0);
  if (count < 0) return problem(name, std::strerror(errno));
  first.resize(static_cast<std::size_t>(count));
  if (const std::string_view what = explain_binary(first); !what.empty() && wanted.empty())
    return problem(name, std::string(what));
  const std::optional<ByteOrderMark> mark = byte_order_mark(first);
  if (mark) begin = mark->bytes;
  encoding = wanted;
  if (encoding.empty() && mark) encoding = mark->encoding;
  if (encoding.empty()) encoding = utf16_of(first);
  if (encoding.empty()) {
    Result<std::string> guessed = guess(pause);
    if (!guessed) return std::move(guessed).error();
    encoding = std::move(*guessed);
  }
  if (encoding == "UTF-8" || Decoder(encoding).works()) return Done{};
  return problem(name, "nobody knows the encoding `" + encoding +
                           "`; --encoding takes a name as `iconv -l` lists them, for example GB18030");
}

Result<std::string> TextFile::Parts::guess(Pause& pause) const {
  EncodingDetector detector;
  std::vector<char> chunk(kChunkBytes);
  for (std::uint64_t at = 0;;) {
    if (pause.stopped()) return Error(errors::kStopped);
    const ssize_t count = ::pread(file.get(), chunk.data(), chunk.size(), static_cast<off_t>(at));
    if (count < 0) return problem(name, std::strerror(errno));
    if (count == 0) return detector.finish();
    detector.take({chunk.data(), static_cast<std::size_t>(count)});
    at += static_cast<std::uint64_t>(count);
  }
}

Result<TextFile> TextFile::open(const std::string& path, const std::string& encoding, Pause& pause) {
  std::string name = path == "-" ? "standard input" : path;
  Result<Descriptor> file = open_file(path, name, pause);
  if (!file) return std::move(file).error();
  auto parts = std::make_unique<Parts>(std::move(*file), std::move(name));
  if (Status status = parts->find_encoding(encoding, pause); !status) return std::move(status).error();
  return TextFile(std::move(parts));
}

TextFile::TextFile(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TextFile::TextFile(TextFile&&) noexcept = default;
TextFile& TextFile::operator=(TextFile&&) noexcept = default;
TextFile::~TextFile() = default;

std::istream& TextFile::read() {
  parts_->stream.reset();
  parts_->buffer.emplace(parts_->file.get(), parts_->begin, parts_->encoding);
  return parts_->stream.emplace(&*parts_->buffer);
}

std::uint64_t TextFile::used() const { return parts_->buffer ? parts_->buffer->used() : 0; }
std::uint64_t TextFile::size() const { return parts_->size; }
const std::string& TextFile::encoding() const { return parts_->encoding; }
const std::string& TextFile::name() const { return parts_->name; }

}  // namespace sesame::commands
