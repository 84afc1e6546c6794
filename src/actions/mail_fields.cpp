#include "actions/mail_fields.hpp"

#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "cloudapi/errors.hpp"
#include "content/errors.hpp"
#include "content/variables.hpp"
#include "mime/address.hpp"

namespace sesame::actions {

namespace json = boost::json;

namespace {

bool is_text(std::string_view bytes) {
  return utf8::valid(bytes) && bytes.find('\0') == std::string_view::npos;
}

Status read_simple(const Fields& simple, RequestedContent& content) {
  for (const auto& [name, target] : {std::pair("Html", &content.html), std::pair("Text", &content.text)}) {
    Result<std::string> bytes = decode_base64_lines(simple.text(name));
    if (!bytes || !is_text(*bytes)) {
      return Error(cloudapi::errors::kContentNotBase64).with("name", std::string("Simple.") + name);
    }
    *target = std::move(*bytes);
  }
  if (content.html.empty() && content.text.empty())
    return Error(cloudapi::errors::kContentMissing).with("name", "Simple");
  if (const std::size_t size = content.html.size() + content.text.size(); size > content::kBodiesBytesMax) {
    return Error(content::errors::kTooLarge)
        .with("value", std::to_string(size))
        .with("limit", std::to_string(content::kBodiesBytesMax));
  }
  return Done{};
}

Status read_attachments(const Fields& fields, RequestedContent& content) {
  std::size_t index = 0;
  for (const json::object* item : fields.objects("Attachments")) {
    const Fields attachment(*item);
    const std::string path = "Attachments." + std::to_string(index++);
    if (attachment.has("FileURL"))
      return Error(cloudapi::errors::kAttachmentByUrl).with("name", path + ".FileURL");
    Result<std::string> bytes = decode_base64_lines(attachment.text("Content"));
    if (bytes && bytes->empty())
      return Error(cloudapi::errors::kAttachmentEmpty).with("name", path + ".Content");
    if (!bytes) return Error(cloudapi::errors::kAttachmentNotBase64).with("name", path + ".Content");
    content.attachments.push_back({std::string(attachment.text("FileName")), std::move(*bytes), {}});
  }
  return content::check_attachments(content.attachments);
}

}  // namespace

Result<RequestedContent> read_content(const Fields& fields, const ContentRules& rules) {
  RequestedContent content;
  if (const json::object* chosen = fields.object("Template")) {
    const Fields fields_of_template(*chosen);
    content.has_template = true;
    content.template_id = static_cast<std::int64_t>(fields_of_template.number("TemplateID"));
    content.template_data = fields_of_template.text("TemplateData");
    const Result<content::Variables> variables = content::parse_variables(content.template_data);
    if (!variables) return variables.error();
  } else if (const json::object* simple = fields.object("Simple")) {
    if (!rules.custom_content) return Error(cloudapi::errors::kCustomForbidden).with("name", "Simple");
    if (Status status = read_simple(Fields(*simple), content); !status) return std::move(status).error();
  } else {
    return Error(cloudapi::errors::kContentMissing);
  }
  if (Status status = read_attachments(fields, content); !status) return std::move(status).error();
  content.reply_to = fields.text("ReplyToAddresses");
  if (!content.reply_to.empty()) {
    if (!mime::parse_mailbox(content.reply_to)) {
      return Error(cloudapi::errors::kReplyToMalformed)
          .with("name", "ReplyToAddresses")
          .with("value", content.reply_to);
    }
  }
  if (const auto option = content::parse_unsubscribe_option(fields.text("Unsubscribe")))
    content.unsubscribe = content::renumbered(*option, rules.numbering);
  return content;
}

Status fill_bodies(storage::Reader& reader, const accounts::Scope& scope, const RequestedContent& requested,
                   content::Mailing& mailing) {
  mailing.reply_to = requested.reply_to;
  if (!requested.has_template) {
    mailing.html = requested.html;
    mailing.text = requested.text;
    return Done{};
  }
  Result<content::StoredTemplate> found = content::sendable_template(reader, scope, requested.template_id);
  if (!found) return std::move(found).error();
  mailing.html = std::move(found->html);
  mailing.text = std::move(found->text);
  return Done{};
}

}  // namespace sesame::actions
