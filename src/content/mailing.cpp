#include "content/mailing.hpp"

#include <cstdint>

#include "content/errors.hpp"

namespace sesame::content {
namespace {

// The first byte. A new field means a new version; what earlier versions wrote stays readable.
constexpr unsigned char kFirstVersion = 1;
constexpr unsigned char kUnsubscribeVersion = 2;  // The option behind the headers.
constexpr unsigned char kTrackingVersion = 3;     // Then two flags.
constexpr unsigned char kContentIdVersion = 4;    // Then the identifier of each attachment.
constexpr unsigned char kVersion = kContentIdVersion;
constexpr unsigned char kNobodySaid = 0xff;
constexpr unsigned char kOpens = 1;
constexpr unsigned char kClicks = 2;
constexpr std::size_t kUsualRestBytes = 1024;  // Addresses, subject, headers, lengths.

void put(std::string& out, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift & 0xff);
}

void put(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

// Reads what put() wrote. After the first thing that is not there it says failed() and reads only emptiness.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  unsigned char byte() {
    const std::string_view bytes = take(1);
    return bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front());
  }
  std::uint32_t number() {
    std::uint32_t number = 0;
    int shift = 0;
    for (const char c : take(4)) {
      number |= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << shift;
      shift += 8;
    }
    return number;
  }
  std::string text() { return std::string(take(number())); }
  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    failed_ = failed_ || size > rest_.size();
    if (failed_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::string pack_mailing(const Mailing& mailing) { return pack_mailing(mailing, mailing.attachments); }

std::string pack_mailing(const Mailing& mailing, std::span<const Attachment> attachments) {
  std::size_t large_bytes = mailing.html.size() + mailing.text.size();
  for (const Attachment& attachment : attachments) large_bytes += attachment.bytes.size();
  std::string out(1, static_cast<char>(kVersion));
  out.reserve(large_bytes + kUsualRestBytes);
  for (const std::string* text :
       {&mailing.from.display_name, &mailing.from.address, &mailing.header_from, &mailing.envelope_from,
        &mailing.reply_to, &mailing.subject, &mailing.html, &mailing.text})
    put(out, *text);
  out += static_cast<char>(mailing.missing);
  put(out, static_cast<std::uint32_t>(attachments.size()));
  for (const Attachment& attachment : attachments) {
    put(out, attachment.file_name);
    put(out, attachment.bytes);
  }
  put(out, static_cast<std::uint32_t>(mailing.headers.size()));
  for (const auto& [name, value] : mailing.headers) {
    put(out, name);
    put(out, value);
  }
  out += static_cast<char>(mailing.unsubscribe.value_or(kNobodySaid));
  out += static_cast<char>((mailing.track_opens ? kOpens : 0) | (mailing.track_clicks ? kClicks : 0));
  for (const Attachment& attachment : attachments) put(out, attachment.content_id);
  return out;
}

Result<Mailing> unpack_mailing(std::string_view bytes) {
  Unpacker in(bytes);
  const unsigned char version = in.byte();
  const bool known = version >= kFirstVersion && version <= kVersion;
  Mailing mailing;
  for (std::string* text :
       {&mailing.from.display_name, &mailing.from.address, &mailing.header_from, &mailing.envelope_from,
        &mailing.reply_to, &mailing.subject, &mailing.html, &mailing.text})
    *text = in.text();
  const unsigned char missing = in.byte();
  mailing.missing = static_cast<MissingPolicy>(missing);
  for (std::uint32_t left = in.number(); left > 0 && !in.failed(); --left) {
    std::string name = in.text();
    mailing.attachments.push_back({std::move(name), in.text(), {}});
  }
  for (std::uint32_t left = in.number(); left > 0 && !in.failed(); --left) {
    std::string name = in.text();
    mailing.headers.emplace_back(std::move(name), in.text());
  }
  if (version >= kUnsubscribeVersion) {
    const unsigned char option = in.byte();
    if (option != kNobodySaid) mailing.unsubscribe = option;
  }
  if (version >= kTrackingVersion) {
    const unsigned char flags = in.byte();
    mailing.track_opens = (flags & kOpens) != 0;
    mailing.track_clicks = (flags & kClicks) != 0;
  }
  if (version >= kContentIdVersion) {
    for (Attachment& attachment : mailing.attachments) attachment.content_id = in.text();
  }
  if (!known || in.failed() || !in.at_end() || missing > static_cast<unsigned char>(MissingPolicy::strict))
    return Error(errors::kMailingUnreadable);
  return mailing;
}

}  // namespace sesame::content
