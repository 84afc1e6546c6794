#include "content/mailing.hpp"

#include <cstdint>

#include "base/bytes.hpp"
#include "content/errors.hpp"

namespace sesame::content {
namespace {

// The first byte. A new field means a new version; what earlier versions wrote stays readable.
constexpr unsigned char kFirstVersion = 1;
constexpr unsigned char kUnsubscribeVersion = 2;  // The option behind the headers.
constexpr unsigned char kTrackingVersion = 3;     // Then two flags.
constexpr unsigned char kContentIdVersion = 4;    // Then the identifier of each attachment.
// Then the type and the place of each attachment, and the mailboxes of a submitted mail.
constexpr unsigned char kSubmittedVersion = 5;
constexpr unsigned char kVersion = kSubmittedVersion;
constexpr unsigned char kNobodySaid = 0xff;
constexpr unsigned char kOpens = 1;
constexpr unsigned char kClicks = 2;
constexpr std::size_t kUsualRestBytes = 1024;  // Addresses, subject, headers, lengths.

void write_mailbox(ByteWriter& out, const mime::Mailbox& mailbox) {
  out.text32(mailbox.display_name);
  out.text32(mailbox.address);
}

mime::Mailbox read_mailbox(ByteReader& in) {
  std::string name(in.text32());
  return {std::move(name), std::string(in.text32())};
}

/// False when a value is one that no version wrote.
bool read_submitted(ByteReader& in, Mailing& mailing) {
  for (Attachment& attachment : mailing.attachments) {
    attachment.content_type = in.text32();
    const unsigned char place = in.byte();
    if (place > static_cast<unsigned char>(FilePlace::behind_html)) return false;
    attachment.place = static_cast<FilePlace>(place);
  }
  if (in.byte() != 0) mailing.author = read_mailbox(in);
  for (std::uint32_t left = in.fixed32(); left > 0 && !in.failed(); --left)
    mailing.answers_to.push_back(read_mailbox(in));
  return true;
}

}  // namespace

std::string pack_mailing(const Mailing& mailing) { return pack_mailing(mailing, mailing.attachments); }

std::string pack_mailing(const Mailing& mailing, std::span<const Attachment> attachments) {
  std::size_t large_bytes = mailing.html.size() + mailing.text.size();
  for (const Attachment& attachment : attachments) large_bytes += attachment.bytes.size();
  std::string bytes;
  bytes.reserve(large_bytes + kUsualRestBytes);
  ByteWriter out(bytes);
  out.byte(kVersion);
  for (const std::string* text :
       {&mailing.from.display_name, &mailing.from.address, &mailing.header_from, &mailing.envelope_from,
        &mailing.reply_to, &mailing.subject, &mailing.html, &mailing.text})
    out.text32(*text);
  out.byte(static_cast<std::uint8_t>(mailing.missing));
  out.fixed32(static_cast<std::uint32_t>(attachments.size()));
  for (const Attachment& attachment : attachments) {
    out.text32(attachment.file_name);
    out.text32(attachment.bytes);
  }
  out.fixed32(static_cast<std::uint32_t>(mailing.headers.size()));
  for (const auto& [name, value] : mailing.headers) {
    out.text32(name);
    out.text32(value);
  }
  out.byte(mailing.unsubscribe.value_or(kNobodySaid));
  out.byte(
      static_cast<std::uint8_t>((mailing.track_opens ? kOpens : 0) | (mailing.track_clicks ? kClicks : 0)));
  for (const Attachment& attachment : attachments) out.text32(attachment.content_id);
  for (const Attachment& attachment : attachments) {
    out.text32(attachment.content_type);
    out.byte(static_cast<std::uint8_t>(attachment.place));
  }
  out.byte(mailing.author ? 1 : 0);
  if (mailing.author) write_mailbox(out, *mailing.author);
  out.fixed32(static_cast<std::uint32_t>(mailing.answers_to.size()));
  for (const mime::Mailbox& mailbox : mailing.answers_to) write_mailbox(out, mailbox);
  return bytes;
}

Result<Mailing> unpack_mailing(std::string_view bytes) {
  ByteReader in(bytes);
  const unsigned char version = in.byte();
  const bool known = version >= kFirstVersion && version <= kVersion;
  Mailing mailing;
  for (std::string* text :
       {&mailing.from.display_name, &mailing.from.address, &mailing.header_from, &mailing.envelope_from,
        &mailing.reply_to, &mailing.subject, &mailing.html, &mailing.text})
    *text = in.text32();
  const unsigned char missing = in.byte();
  mailing.missing = static_cast<MissingPolicy>(missing);
  for (std::uint32_t left = in.fixed32(); left > 0 && !in.failed(); --left) {
    std::string name(in.text32());
    mailing.attachments.push_back({std::move(name), std::string(in.text32())});
  }
  for (std::uint32_t left = in.fixed32(); left > 0 && !in.failed(); --left) {
    std::string name(in.text32());
    mailing.headers.emplace_back(std::move(name), std::string(in.text32()));
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
    for (Attachment& attachment : mailing.attachments) attachment.content_id = in.text32();
  }
  const bool sound = version < kSubmittedVersion || read_submitted(in, mailing);
  if (!known || !sound || in.failed() || !in.at_end() ||
      missing > static_cast<unsigned char>(MissingPolicy::strict))
    return Error(errors::kMailingUnreadable);
  return mailing;
}

}  // namespace sesame::content
