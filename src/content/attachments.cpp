#include "content/attachments.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "content/errors.hpp"

namespace sesame::content {
namespace {

// SES: SendEmail.Attachments: the types that may be attached.
constexpr std::string_view kTypes[] = {
    "xlsx", "xls",  "ods",  "docx", "docm", "doc",  "csv", "pdf",   "txt",  "gif", "jpg", "jpeg",
    "png",  "tif",  "tiff", "rtf",  "bmp",  "cgm",  "css", "shtml", "html", "htm", "zip", "xml",
    "ppt",  "pptx", "tar",  "ez",   "ics",  "mobi", "msg", "pub",   "eps",  "odt", "mp3", "m4a",
};

bool is_name_legal(std::string_view name, const AttachmentLimits& limits) {
  constexpr std::string_view kForbidden = "?\\*|\"<>:/ ";
  if (!utf8::valid(name) || utf8::count(name) > limits.name_characters_max) return false;
  for (const char c : name) {
    const bool control = (c >= 0 && c < ' ') || c == 0x7f;
    if (control || (!limits.any_characters && kForbidden.find(c) != std::string_view::npos)) return false;
  }
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string type = ascii::lower(name.substr(dot + 1));
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

}  // namespace

Status check_attachments(std::span<const Attachment> attachments, const AttachmentLimits& limits) {
  if (attachments.size() > limits.count_max) {
    return Error(errors::kTooManyAttachments)
        .with("value", std::to_string(attachments.size()))
        .with("limit", std::to_string(limits.count_max));
  }
  std::size_t total = 0;
  for (const Attachment& attachment : attachments) {
    const bool named = attachment.place == FilePlace::attached;
    if (named && !is_name_legal(attachment.file_name, limits))
      return Error(errors::kAttachmentNameIllegal).with("value", attachment.file_name);
    total += attachment.bytes.size();
  }
  if (total > limits.total_bytes_max) {
    return Error(errors::kAttachmentsTooLarge)
        .with("value", std::to_string(total))
        .with("limit", std::to_string(limits.total_bytes_max));
  }
  return Done{};
}

}  // namespace sesame::content
