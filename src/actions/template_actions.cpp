#include "accounts/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "base/base64.hpp"
#include "base/beijing_time.hpp"
#include "cloudapi/errors.hpp"
#include "content/errors.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kTemplateCodes[] = {
    {accounts::errors::kUnknown, "ResourceNotFound"},
    {content::errors::kTemplateNameIllegal, "InvalidParameterValue.TemplateNameIllegal"},
    {content::errors::kTemplateEmpty, "InvalidParameterValue.TemplateContentIsNULL"},
    {content::errors::kTemplateTooLarge, "FailedOperation.TemplateContentToolarge"},
    {content::errors::kTemplateNotText, "InvalidParameterValue.TemplateContentIsWrong"},
    {content::errors::kPlaceholderIllegal, "InvalidParameterValue.TemplateContentIsWrong"},
    {content::errors::kNotBase64, "InvalidParameterValue.TemplateContentIsWrong"},
    {content::errors::kTooManyTemplates, "FailedOperation.ExceedTemplateLimit"},
    {content::errors::kTemplateMissing, "InvalidParameterValue.TemplateNotExist"},
    {content::errors::kReviewReasonMissing, "MissingParameter"},
    {content::errors::kVersionMissing, "ResourceNotFound"},
};

// SES: DeleteEmailTemplate documents no code of its own.
constexpr cloudapi::ErrorCode kDeleteCodes[] = {
    {content::errors::kTemplateMissing, "InvalidParameterValue", "InvalidParameterValue.TemplateNotExist"},
};

Result<std::string> decoded(const Fields& content, std::string_view name) {
  Result<std::string> bytes = decode_base64_lines(content.text(name));
  if (!bytes) return Error(content::errors::kNotBase64).with("name", "TemplateContent." + std::string(name));
  return bytes;
}

struct GivenTemplate {
  std::string name;
  std::string html;
  std::string text;
};

Result<GivenTemplate> decode_template(const Fields& fields) {
  const json::object* content = fields.object("TemplateContent");
  Result<std::string> html = decoded(Fields(*content), "Html");
  if (!html) return std::move(html).error();
  Result<std::string> text = decoded(Fields(*content), "Text");
  if (!text) return std::move(text).error();
  return GivenTemplate{std::string(fields.text("TemplateName")), std::move(*html), std::move(*text)};
}

std::int64_t id_of(const Call& call) {
  return static_cast<std::int64_t>(Fields(call.parameters).number("TemplateID"));
}

Answer empty_answer(Status status) {
  if (!status) return std::move(status).error();
  return json::object{};
}

Result<Work> create_template(Call& call, const content::TemplateOptions& options) {
  Result<GivenTemplate> given = decode_template(Fields(call.parameters));
  if (!given) return std::move(given).error();
  return Work::write([scope = call.scope, given = std::move(*given), now_ms = call.now_ms,
                      author = caller_name(call), options](storage::Writer& writer) -> Answer {
    const Result<std::int64_t> id =
        content::create_template(writer, scope, given.name, given.html, given.text, now_ms, options, author);
    if (!id) return id.error();
    return json::object{{"TemplateID", *id}};
  });
}

Result<Work> update_template(Call& call, const content::TemplateOptions& options) {
  Result<GivenTemplate> given = decode_template(Fields(call.parameters));
  if (!given) return std::move(given).error();
  return Work::write([scope = call.scope, id = id_of(call), given = std::move(*given), now_ms = call.now_ms,
                      author = caller_name(call), options](storage::Writer& writer) {
    return empty_answer(content::update_template(writer, scope, id, given.name, given.html, given.text,
                                                 now_ms, options, author));
  });
}

Result<Work> delete_template(Call& call) {
  return Work::write([scope = call.scope, id = id_of(call)](storage::Writer& writer) {
    return empty_answer(content::delete_template(writer, scope, id));
  });
}

/// Approves or refuses a template. Only the account that manages the others reviews, since a tenant cannot
/// approve its own; there whoever may call the action, a reviewer without further rights too.
Result<Work> review_template(Call& call) {
  if (!call.caller->administers) return Error(cloudapi::errors::kNotAllowed);
  const Result<TargetAccount> target = TargetAccount::of(call);
  if (!target) return target.error();
  const Fields fields(call.parameters);
  return Work::write([target = *target, region = call.scope.region, id = id_of(call),
                      approved = fields.flag("Approved"),
                      reason = std::string(fields.text("Reason"))](storage::Writer& writer) -> Answer {
    const Result<std::int64_t> account_id = target.find(writer);
    if (!account_id) return account_id.error();
    return empty_answer(content::review_template(writer, {*account_id, region}, id, approved, reason));
  });
}

Result<Work> get_template(Call& call) {
  return Work::quick_read([scope = call.scope, id = id_of(call)](storage::Reader& reader) -> Answer {
    Result<content::StoredTemplate> found = content::get_template(reader, scope, id);
    if (!found) return std::move(found).error();
    return json::object{{"TemplateStatus", static_cast<unsigned>(found->info.status)},
                        {"TemplateContent", json::object{{"Html", encode_base64(found->html)},
                                                         {"Text", encode_base64(found->text)}}},
                        {"TemplateName", found->info.name}};
  });
}

json::object encode_version(const content::TemplateVersion& version) {
  return {{"Number", version.number},         {"CreateTime", format_beijing_time(version.created_ms)},
          {"Author", version.author},         {"Bytes", version.bytes},
          {"RestoredFrom", version.restored}, {"Current", version.current}};
}

Result<Work> list_versions(Call& call) {
  const Fields fields(call.parameters);
  return Work::quick_read([scope = call.scope, id = id_of(call), version = fields.maybe_number("Number"),
                           offset = fields.offset(), limit = static_cast<std::int64_t>(fields.page_limit())](
                              storage::Reader& reader) -> Answer {
    json::array rows;
    json::value content;
    std::int64_t total = 1;
    if (version) {
      const Result<content::TemplateVersion> found = content::get_version(reader, scope, id, *version);
      if (!found) return found.error();
      rows.push_back(encode_version(*found));
      content = json::object{{"Html", encode_base64(found->html)}, {"Text", encode_base64(found->text)}};
    } else {
      const Result<content::TemplateVersionPage> page =
          content::list_versions(reader, scope, id, offset, limit);
      if (!page) return page.error();
      for (const content::TemplateVersion& one : page->versions) rows.push_back(encode_version(one));
      total = page->total;
    }
    return json::object{
        {"TotalCount", total}, {"Data", std::move(rows)}, {"TemplateContent", std::move(content)}};
  });
}

Result<Work> restore_version(Call& call, const content::TemplateOptions& options) {
  return Work::write([scope = call.scope, id = id_of(call),
                      number = Fields(call.parameters).maybe_number("Number").value_or(0),
                      now_ms = call.now_ms, author = caller_name(call),
                      options](storage::Writer& writer) -> Answer {
    const Result<content::TemplateVersion> restored =
        content::restore_version(writer, scope, id, number, now_ms, options, author);
    if (!restored) return restored.error();
    const auto info = content::find_template(writer, scope, id);
    return json::object{{"Version", encode_version(*restored)},
                        {"TemplateStatus", info ? static_cast<unsigned>(info->status) : 0U}};
  });
}

Result<Work> list_templates(Call& call) {
  const Fields fields(call.parameters);
  return Work::quick_read(
      [scope = call.scope, offset = fields.offset(),
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

void add_template_actions(cloudapi::ActionTable& table, const content::TemplateOptions& options) {
  table.add({.name = "CreateEmailTemplate",
             .version = kSesVersion,
             .prepare = [options](Call& call) { return create_template(call, options); },
             .codes = kTemplateCodes});
  table.add({.name = "UpdateEmailTemplate",
             .version = kSesVersion,
             .prepare = [options](Call& call) { return update_template(call, options); },
             .codes = kTemplateCodes});
  table.add({.name = "DeleteEmailTemplate",
             .version = kSesVersion,
             .prepare = delete_template,
             .codes = kDeleteCodes});
  table.add({.name = "ReviewEmailTemplate",
             .version = kOwnVersion,
             .prepare = review_template,
             .codes = kTemplateCodes});
  table.add(
      {.name = "GetEmailTemplate", .version = kSesVersion, .prepare = get_template, .codes = kTemplateCodes});
  table.add({.name = "ListEmailTemplateVersions",
             .version = kOwnVersion,
             .prepare = list_versions,
             .codes = kTemplateCodes});
  table.add({.name = "RestoreEmailTemplateVersion",
             .version = kOwnVersion,
             .prepare = [options](Call& call) { return restore_version(call, options); },
             .codes = kTemplateCodes});
  table.add({.name = "ListEmailTemplates",
             .version = kSesVersion,
             .prepare = list_templates,
             .codes = kTemplateCodes});
}

}  // namespace sesame::actions
