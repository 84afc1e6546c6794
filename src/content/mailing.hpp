#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "content/attachments.hpp"
#include "content/headers.hpp"
#include "content/template.hpp"
#include "content/unsubscribe_texts.hpp"
#include "dkim/signer.hpp"
#include "mime/address.hpp"

namespace sesame::content {

/// Bytes of html and text together. SES: one mail with its images, 4 MB.
inline constexpr std::size_t kBodiesBytesMax = 4'000'000;

/// Everything that is equal for all letters of a task or of a single send. Subject, html and text may contain
/// `{{name}}`.
struct Mailing {
  mime::Mailbox from;
  std::string header_from;  // A mailbox that From shows instead of `from`, at the same domain; may be empty.
  std::string envelope_from;  // The address of `from` when empty.
  std::string reply_to;       // A mailbox; may be empty.
  /// From and Reply-To of a submitted mail, instead of header_from and reply_to: names that the API's form of
  /// a mailbox cannot hold, and more than one address.
  std::optional<mime::Mailbox> author;
  std::vector<mime::Mailbox> answers_to;
  std::string subject;
  std::string html;  // At least one of html and text.
  std::string text;
  std::vector<Attachment> attachments;
  std::vector<Header> headers;
  MissingPolicy missing = MissingPolicy::leave;
  /// nullopt: not decided, so the letters offer no way to unsubscribe.
  std::optional<UnsubscribeOption> unsubscribe;
  bool track_opens = false;                                  // Puts an image into the html that counts opens.
  bool track_clicks = false;                                 // Makes the links in the html pass this server.
  std::vector<std::shared_ptr<const dkim::Signer>> signers;  // Each signs every letter.
};

/// The mailing as bytes, to be stored with what it is mailed for, so that later changes of templates and
/// senders don't reach it. Without the signers: keys change and are looked up when the mailing is unpacked.
/// Pure. Thread: any.
std::string pack_mailing(const Mailing& mailing);
/// Packs the mailing with these attachments instead of its own, so that megabytes need not be copied into it.
std::string pack_mailing(const Mailing& mailing, std::span<const Attachment> attachments);

/// Error: errors::kMailingUnreadable (bytes that no version of pack_mailing made). Pure.
Result<Mailing> unpack_mailing(std::string_view bytes);

}  // namespace sesame::content
