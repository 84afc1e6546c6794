#include <array>

#include "actions/fields.hpp"
#include "actions/rooms.hpp"
#include "base/base64.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kCodes{{
    {"content.template_name_illegal", "InvalidParameterValue.TemplateNameIllegal"},
    {"content.template_empty", "InvalidParameterValue.TemplateContentIsNULL"},
    {"content.template_too_large", "FailedOperation.TemplateContentToolarge"},
    {"content.template_not_text", "InvalidParameterValue.TemplateContentIsWrong"},
    {"content.not_base64", "InvalidParameterValue.TemplateContentIsWrong"},
    {"content.too_many_templates", "FailedOperation.ExceedTemplateLimit"},
    {"content.template_missing", "InvalidParameterValue.TemplateNotExist"},
}};

Result<std::string> decoded(const Fields& content, std::string_view name) {
  Result<std::string> bytes = decode_base64(content.text(name));
  if (!bytes) return Error("content.not_base64").with("name", "TemplateContent." + std::string(name));
  return bytes;
}

Result<Work> create_template(Call& call, content::TemplateLimits limits) {
  const Fields fields(call.parameters);
  const json::object* content = fields.object("TemplateContent");
  Result<std::string> html = decoded(Fields(*content), "Html");
  if (!html) return std::move(html).error();
  Result<std::string> text = decoded(Fields(*content), "Text");
  if (!text) return std::move(text).error();
  return Work::write([scope = call.scope, name = std::string(fields.text("TemplateName")),
                      html = std::move(*html), text = std::move(*text), now_ms = call.now_ms,
                      limits](storage::Writer& writer) -> Answer {
    const Result<std::int64_t> id = content::create_template(writer, scope, name, html, text, now_ms, limits);
    if (!id) return id.error();
    return json::object{{"TemplateID", *id}};
  });
}

Result<Work> get_template(Call& call) {
  const auto id = static_cast<std::int64_t>(Fields(call.parameters).number("TemplateID"));
  return Work::quick_read([scope = call.scope, id](storage::Reader& reader) -> Answer {
    Result<content::StoredTemplate> found = content::get_template(reader, scope, id);
    if (!found) return std::move(found).error();
    return json::object{{"TemplateStatus", static_cast<unsigned>(found->info.status)},
                        {"TemplateContent", json::object{{"Html", encode_base64(found->html)},
                                                         {"Text", encode_base64(found->text)}}},
                        {"TemplateName", found->info.name}};
  });
}

Result<Work> list_templates(Call& call) {
  const Fields fields(call.parameters);
  return Work::quick_read(
      [scope = call.scope, offset = static_cast<std::int64_t>(fields.number("Offset")),
       limit = static_cast<std::int64_t>(fields.page_limit())](storage::Reader& reader) -> Answer {
        const content::TemplatePage page = content::list_templates(reader, scope, offset, limit);
        json::array rows;
        for (const content::TemplateInfo& info : page.templates) {
          rows.push_back(json::object{{"CreatedTimestamp", info.created_ms / 1000},
                                      {"TemplateName", info.name},
                                      {"TemplateStatus", static_cast<unsigned>(info.status)},
                                      {"TemplateID", info.id},
                                      {"ReviewReason", info.review_reason}});
        }
        return json::object{{"TemplatesMetadata", std::move(rows)}, {"TotalCount", page.total}};
      });
}

}  // namespace

void add_template_actions(cloudapi::ActionTable& table, const Rooms& rooms) {
  table.add({"CreateEmailTemplate", kSesVersion, false,
             [limits = rooms.templates](Call& call) { return create_template(call, limits); }, kCodes});
  table.add({"GetEmailTemplate", kSesVersion, false, get_template, kCodes});
  table.add({"ListEmailTemplates", kSesVersion, false, list_templates, kCodes});
}

}  // namespace sesame::actions
