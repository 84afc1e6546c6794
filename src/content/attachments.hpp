#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sesame::content {

/// A file attached to every letter of a mailing.
struct Attachment {
  std::string file_name;
  std::string bytes;
  /// When not empty, the html shows the file by `cid:` and this identifier (mime::valid_content_id).
  std::string content_id;
};

/// SES: SendEmail.Attachments.
struct AttachmentLimits {
  std::size_t count_max = 10;
  std::size_t total_bytes_max = 4 * 1024 * 1024;  // Before base64.
  std::size_t name_characters_max = 255;
};

/// Errors: errors::kTooManyAttachments, errors::kAttachmentsTooLarge, errors::kAttachmentNameIllegal: empty,
/// too long, not UTF-8, one of `? \ * | " < > : /`, a space or a control character in it, or a type that is
/// not on the allow list. Pure. Thread: any.
Status check_attachments(std::span<const Attachment> attachments, const AttachmentLimits& limits = {});

}  // namespace sesame::content
