#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sesame::content {

/// Where a file stands in the mail: around the text, or as another form of it in the multipart/alternative,
/// before the html or behind it. The last form that a mail program knows is the one that it shows (RFC 2046
/// §5.1.4).
enum class FilePlace : unsigned char { attached = 0, before_html = 1, behind_html = 2 };

/// A file attached to every letter of a mailing.
struct Attachment {
  std::string file_name;
  std::string bytes;
  /// When not empty, the html shows the file by `cid:` and this identifier (mime::valid_content_id).
  std::string content_id = {};
  /// From mime::content_type_value; when empty, it follows from the name.
  std::string content_type = {};
  FilePlace place = FilePlace::attached;
};

/// SES: SendEmail.Attachments.
struct AttachmentLimits {
  std::size_t count_max = 10;
  std::size_t total_bytes_max = 4 * 1024 * 1024;  // Before base64.
  std::size_t name_characters_max = 255;
  bool any_characters = false;  // Names may have blanks and the signs below.
};

/// Errors: errors::kTooManyAttachments, errors::kAttachmentsTooLarge, errors::kAttachmentNameIllegal: empty,
/// too long, not UTF-8, one of `? \ * | " < > : /`, a space or a control character in it, or a type that is
/// not on the allow list. Other forms of the text need no name. Pure. Thread: any.
Status check_attachments(std::span<const Attachment> attachments, const AttachmentLimits& limits = {});

}  // namespace sesame::content
