#include <array>
#include <memory>
#include <utility>

#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "content/errors.hpp"
#include "content/mail_check.hpp"
#include "content/rendering.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Language;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {
    {content::errors::kTemplateEmpty, "InvalidParameterValue.TemplateContentIsNULL"},
    {content::errors::kTemplateTooLarge, "FailedOperation.TemplateContentToolarge"},
    {content::errors::kTemplateNotText, "InvalidParameterValue.TemplateContentIsWrong"},
    {content::errors::kNotBase64, "InvalidParameterValue.TemplateContentIsWrong"},
    {content::errors::kTemplateMissing, "InvalidParameterValue.TemplateNotExist"},
    {content::errors::kNotJson, "InvalidParameterValue.TemplateDataError"},
    {content::errors::kNotPlain, "InvalidParameterValue.TemplateDataError"},
};

/// The content that is rendered or checked, and the values that fill it.
struct Draft {
  std::optional<std::int64_t> template_id;  // Its bodies take the place of those of `mailing`.
  content::Mailing mailing;
  std::optional<content::Variables> values;
};

Status read_content(const Fields& fields, const content::TemplateOptions& options,
                    content::Mailing& mailing) {
  const Fields content(*fields.object("TemplateContent"));
  for (const auto& [name, target] : {std::pair("Html", &mailing.html), std::pair("Text", &mailing.text)}) {
    Result<std::string> bytes = decode_base64_lines(content.text(name));
    if (!bytes)
      return Error(content::errors::kNotBase64).with("name", std::string("TemplateContent.") + name);
    *target = std::move(*bytes);
  }
  return content::check_bodies(mailing.html, mailing.text, options);
}

Result<Draft> read_draft(const Call& call, const TemplateCheckParts& parts) {
  const Fields fields(call.parameters);
  Draft draft;
  if (fields.has("TemplateID") == fields.has("TemplateContent"))
    return Error(errors::kTemplateOrContent).with("name", "TemplateContent");
  if (fields.has("TemplateID")) {
    draft.template_id = static_cast<std::int64_t>(fields.number("TemplateID"));
  } else if (Status read = read_content(fields, parts.options, draft.mailing); !read) {
    return std::move(read).error();
  }
  draft.mailing.subject = utf8::mended_to_store(fields.text("Subject"));
  if (const auto option = content::parse_unsubscribe_option(fields.text("Unsubscribe")))
    draft.mailing.unsubscribe = content::renumbered(*option, parts.rules.numbering);
  if (const std::string_view data = fields.text("TemplateData"); !data.empty()) {
    Result<content::Variables> values = content::parse_variables(data);
    if (!values) return std::move(values).error();
    draft.values = std::move(*values);
  }
  return draft;
}

std::string_view name_of(content::MailPart part) {
  constexpr std::array<std::string_view, 4> kNames{"Mail", "Subject", "Html", "Text"};
  return kNames[static_cast<std::size_t>(part)];
}

std::string_view name_of(content::FindingLevel level) {
  constexpr std::array<std::string_view, 3> kNames{"error", "warning", "hint"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string_view name_of(content::HtmlContext context) {
  constexpr std::array<std::string_view, 5> kNames{"content", "link", "style", "attribute", "comment"};
  return kNames[static_cast<std::size_t>(context)];
}

/// The places of a mailing's parts.
class Places {
 public:
  explicit Places(const content::Mailing& mailing)
      : parts_{content::TextPlaces(""), content::TextPlaces(mailing.subject),
               content::TextPlaces(mailing.html), content::TextPlaces(mailing.text)} {}

  content::TextPlace of(content::MailPart part, std::size_t at) const {
    return parts_[static_cast<std::size_t>(part)].of(at);
  }

 private:
  const std::array<content::TextPlaces, 4> parts_;  // By MailPart.
};

json::array encode_findings(const content::Findings& findings, const Places& places, Language language) {
  json::array rows;
  for (const content::Finding& finding : findings.sorted()) {
    const content::TextPlace place = places.of(finding.part, finding.at);
    rows.push_back(json::object{{"Rule", finding.rule->name},
                                {"Level", name_of(finding.rule->level)},
                                {"Part", name_of(finding.part)},
                                {"Line", place.line},
                                {"Column", place.column},
                                {"Excerpt", finding.excerpt},
                                {"Text", cloudapi::phrase_in(language, finding.rule->text)},
                                {"Remedy", cloudapi::phrase_in(language, finding.rule->remedy)}});
  }
  return rows;
}

json::array encode_variables(const content::MailCheck& check, const Draft& draft, const Places& places) {
  json::array rows;
  for (const content::UsedVariable& variable : check.variables) {
    json::array uses;
    for (const content::VariableUse& use : variable.uses) {
      const content::TextPlace place = places.of(use.part, use.at);
      uses.push_back(json::object{{"Part", name_of(use.part)},
                                  {"Line", place.line},
                                  {"Column", place.column},
                                  {"Context", name_of(use.context)}});
    }
    const bool has_value = draft.values && draft.values->find(variable.name) != nullptr;
    rows.push_back(json::object{{"Name", variable.name},
                                {"HasValue", has_value},
                                {"Count", variable.total},
                                {"Places", std::move(uses)}});
  }
  return rows;
}

content::CheckContext context_of(const Draft& draft, const TemplateCheckParts& parts) {
  return {draft.values ? &*draft.values : nullptr, &parts.links};
}

Answer render(const Draft& draft, const TemplateCheckParts& parts, Language language) {
  const content::MailCheck check = content::check_variables(draft.mailing, context_of(draft, parts));
  const content::RenderedTexts texts =
      content::render_preview(draft.mailing, draft.values.value_or(content::Variables()), &parts.links);
  const Places places(draft.mailing);
  return json::object{{"Subject", texts.subject},
                      {"Html", encode_base64(texts.html)},
                      {"Text", encode_base64(texts.text)},
                      {"Variables", encode_variables(check, draft, places)},
                      {"FindingCount", check.findings.total()},
                      {"Findings", encode_findings(check.findings, places, language)}};
}

Answer check(const Draft& draft, const TemplateCheckParts& parts, Language language) {
  const content::MailCheck check = content::check_mail(draft.mailing, context_of(draft, parts));
  const Places places(draft.mailing);
  return json::object{{"HtmlBytes", check.figures.html_bytes},
                      {"TextBytes", check.figures.text_bytes},
                      {"ImageCount", check.figures.images},
                      {"LinkCount", check.figures.links},
                      {"Variables", encode_variables(check, draft, places)},
                      {"FindingCount", check.findings.total()},
                      {"Findings", encode_findings(check.findings, places, language)}};
}

using Examine = Answer (*)(const Draft&, const TemplateCheckParts&, Language);

/// Runs on a reader: a template of a megabyte takes tens of milliseconds.
Result<Work> prepare(Call& call, const TemplateCheckParts& parts, Examine examine) {
  Result<Draft> read = read_draft(call, parts);
  if (!read) return std::move(read).error();
  // Shared: a copy of the job must not copy megabytes.
  const auto given = std::make_shared<const Draft>(std::move(*read));
  return Work::read([scope = call.scope, language = call.language, given, parts,
                     examine](storage::Reader& reader) -> Answer {
    if (!given->template_id) return examine(*given, parts, language);
    Result<content::StoredTemplate> found = content::get_template(reader, scope, *given->template_id);
    if (!found) return std::move(found).error();
    Draft draft = *given;
    draft.mailing.html = std::move(found->html);
    draft.mailing.text = std::move(found->text);
    return examine(draft, parts, language);
  });
}

}  // namespace

void add_template_check_actions(cloudapi::ActionTable& table, const TemplateCheckParts& parts) {
  table.add({.name = "RenderEmailTemplate",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return prepare(call, parts, render); },
             .codes = kCodes});
  table.add({.name = "CheckEmailTemplate",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return prepare(call, parts, check); },
             .codes = kCodes});
}

}  // namespace sesame::actions
