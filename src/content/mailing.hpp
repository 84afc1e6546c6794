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

/// Of html and text together. SES: one mail with its images, 4 MB.
inline constexpr std::size_t kBodiesBytesMax = 4'000'000;

/// What is the same for every letter of a task or of a single send. Subject, html and text may hold
/// `{{name}}`.
struct Mailing {
  mime::Mailbox from;
  std::string header_from;    ///< A mailbox to show in From instead; same domain as `from`. Optional.
  std::string envelope_from;  ///< Empty: the address of `from`.
  std::string reply_to;       ///< A mailbox. Optional.
  std::string subject;
  std::string html;  ///< At least one of html and text.
  std::string text;
  std::vector<Attachment> attachments;
  std::vector<Header> headers;
  MissingPolicy missing = MissingPolicy::leave;
  std::optional<UnsubscribeOption> unsubscribe;  ///< None: nobody said; the letters offer nothing.
  bool track_opens = false;                      ///< An image in the html tells when a letter is looked at.
  bool track_clicks = false;                     ///< The links in the html lead by way of this server.
  std::vector<std::shared_ptr<const dkim::Signer>> signers;  ///< Each signs every letter.
};

/// The mailing as bytes, to be stored with what it is mailed for, so that later changes of templates and
/// senders don't reach it. Without the signers: keys change and are looked up when the mailing is taken up
/// again. Pure.
std::string pack_mailing(const Mailing& mailing);
/// The same with these attachments and not the mailing's own, so that megabytes need not be copied into it.
std::string pack_mailing(const Mailing& mailing, std::span<const Attachment> attachments);

/// Error: "content.mailing_unreadable" (bytes that no version of pack_mailing made). Pure.
Result<Mailing> unpack_mailing(std::string_view bytes);

}  // namespace sesame::content
