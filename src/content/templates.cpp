#include "content/templates.hpp"

#include <utility>

#include "base/id_text.hpp"
#include "base/names.hpp"
#include "base/utf8.hpp"
#include "content/errors.hpp"
#include "content/template.hpp"

namespace sesame::content {
namespace {

using storage::Sql;

constexpr std::size_t kNameCharactersMax = 50;

constexpr Sql kCount{"content.count_templates",
                     "SELECT count(*) FROM template WHERE account_id = ?1 AND region = ?2"};
constexpr Sql kInsert{"content.insert_template",
                      "INSERT INTO template (account_id, region, name, status, review_reason, created_ms) "
                      "VALUES (?1, ?2, ?3, ?4, '', ?5)"};
constexpr Sql kInsertVersion{"content.insert_template_version",
                             "INSERT INTO template_version (account_id, template_id, html, text, created_ms, "
                             "number, bytes, author, restored) "
                             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Sql kRename{"content.rename_template",
                      "UPDATE template SET name = ?4, status = ?5, review_reason = '' "
                      "WHERE id = ?3 AND account_id = ?1 AND region = ?2"};
constexpr Sql kReview{"content.review_template",
                      "UPDATE template SET status = ?4, review_reason = ?5 "
                      "WHERE id = ?3 AND account_id = ?1 AND region = ?2"};
constexpr Sql kDeleteVersions{"content.delete_template_versions",
                              "DELETE FROM template_version WHERE template_id = ?1"};
constexpr Sql kDelete{"content.delete_template", "DELETE FROM template WHERE id = ?1"};
constexpr Sql kFind{"content.find_template",
                    "SELECT id, name, status, review_reason, created_ms FROM template "
                    "WHERE id = ?3 AND account_id = ?1 AND region = ?2"};
constexpr Sql kNewestVersion{"content.newest_template_version",
                             "SELECT id, html, text FROM template_version WHERE template_id = ?1 "
                             "ORDER BY id DESC LIMIT 1"};
constexpr Sql kKeptVersions{"content.kept_template_versions",
                            "SELECT id, bytes FROM template_version WHERE template_id = ?1 "
                            "ORDER BY id DESC LIMIT ?2"};
constexpr Sql kDeleteOlder{"content.delete_older_versions",
                           "DELETE FROM template_version WHERE template_id = ?1 AND id < ?2"};
constexpr Sql kCountVersions{"content.count_template_versions",
                             "SELECT count(*) FROM template_version WHERE template_id = ?1"};
constexpr Sql kNewestNumber{"content.newest_version_number",
                            "SELECT coalesce(max(number), 0) FROM template_version WHERE template_id = ?1"};
constexpr Sql kListVersions{"content.list_template_versions",
                            "SELECT number, created_ms, author, bytes, restored FROM template_version "
                            "WHERE template_id = ?1 ORDER BY number DESC LIMIT ?2 OFFSET ?3"};
constexpr Sql kGetVersion{
    "content.get_template_version",
    "SELECT number, created_ms, author, bytes, restored, html, text FROM template_version "
    "WHERE template_id = ?1 AND number = ?2"};
constexpr Sql kList{"content.list_templates",
                    "SELECT id, name, status, review_reason, created_ms FROM template "
                    "WHERE account_id = ?1 AND region = ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4"};

bool is_text(std::string_view text) { return utf8::valid(text) && text.find('\0') == std::string_view::npos; }

TemplateInfo info_from(storage::Rows& row) {
  return {.id = row.next_integer(),
          .name = std::string(row.next_text()),
          .status = row.next_integer<TemplateStatus>(),
          .review_reason = std::string(row.next_text()),
          .created_ms = row.next_integer()};
}

TemplateStatus first_status(const TemplateOptions& options) {
  return options.review == TemplateReview::manual ? TemplateStatus::pending : TemplateStatus::approved;
}

Error missing(std::int64_t id) { return Error(errors::kTemplateMissing).with("value", id_text(id)); }

std::int64_t newest_number(storage::Reader& reader, std::int64_t id) {
  const auto row = reader.query(kNewestNumber, id);
  return row->next() ? row->next_integer() : 0;
}

/// Content and author of a version that is to be added.
struct NewVersion {
  std::string_view html, text, author;
  std::int64_t restored = 0;
};

/// Adds a version and deletes the oldest beyond the bounds.
void add_version(storage::Writer& writer, std::int64_t account_id, std::int64_t id, const NewVersion& version,
                 std::int64_t now_ms) {
  writer.run(kInsertVersion, account_id, id, version.html, version.text, now_ms,
             newest_number(writer, id) + 1, version.html.size() + version.text.size(), version.author,
             version.restored);
  std::int64_t bytes = 0, oldest = 0;
  {
    const auto rows = writer.query(kKeptVersions, id, kVersionsMax);
    while (rows->next()) {
      const std::int64_t version_id = rows->next_integer();
      bytes += rows->next_integer();
      if (oldest != 0 && bytes > kVersionBytesMax) break;
      oldest = version_id;
    }
  }
  writer.run(kDeleteOlder, id, oldest);
}

TemplateVersion version_from(storage::Rows& row) {
  return {.number = row.next_integer(),
          .created_ms = row.next_integer(),
          .author = std::string(row.next_text()),
          .bytes = row.next_integer(),
          .restored = row.next_integer()};
}

std::int64_t count_templates(storage::Reader& reader, const accounts::Scope& scope) {
  const auto rows = reader.query(kCount, scope.account_id, scope.region);
  return rows->next() ? rows->next_integer() : 0;
}

}  // namespace

Status check_bodies(std::string_view html, std::string_view text, const TemplateOptions& options) {
  if (html.empty() && text.empty()) return Error(errors::kTemplateEmpty);
  if (html.size() + text.size() > options.content_bytes_max) {
    return Error(errors::kTemplateTooLarge)
        .with("value", std::to_string(html.size() + text.size()))
        .with("limit", std::to_string(options.content_bytes_max));
  }
  if (!is_text(html)) return Error(errors::kTemplateNotText).with("name", "TemplateContent.Html");
  if (!is_text(text)) return Error(errors::kTemplateNotText).with("name", "TemplateContent.Text");
  return Done{};
}

Status check_template(std::string_view name, std::string_view html, std::string_view text,
                      const TemplateOptions& options) {
  if (!utf8::has_length(name, 1, kNameCharactersMax) || !is_label(name))
    return Error(errors::kTemplateNameIllegal).with("value", std::string(name));
  if (Status checked = check_bodies(html, text, options); !checked) return checked;
  for (const auto& [field, content] :
       {std::pair("TemplateContent.Html", html), std::pair("TemplateContent.Text", text)}) {
    if (std::optional<std::string> illegal = find_illegal_placeholder(content); illegal)
      return Error(errors::kPlaceholderIllegal).with("name", field).with("value", *std::move(illegal));
  }
  return Done{};
}

Result<std::int64_t> create_template(storage::Writer& writer, const accounts::Scope& scope,
                                     std::string_view name, std::string_view html, std::string_view text,
                                     std::int64_t now_ms, const TemplateOptions& options,
                                     std::string_view author) {
  if (Status checked = check_template(name, html, text, options); !checked) return std::move(checked).error();
  if (count_templates(writer, scope) >= options.templates_max)
    return Error(errors::kTooManyTemplates).with("limit", std::to_string(options.templates_max));
  const std::int64_t id =
      writer.insert(kInsert, scope.account_id, scope.region, name, first_status(options), now_ms);
  add_version(writer, scope.account_id, id, {html, text, author}, now_ms);
  return id;
}

Status update_template(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id,
                       std::string_view name, std::string_view html, std::string_view text,
                       std::int64_t now_ms, const TemplateOptions& options, std::string_view author) {
  if (Status checked = check_template(name, html, text, options); !checked) return checked;
  if (writer.run(kRename, scope.account_id, scope.region, id, name, first_status(options)) == 0)
    return missing(id);
  const Result<StoredTemplate> before = get_template(writer, scope, id);
  if (!before) return before.error();
  if (before->html != html || before->text != text)
    add_version(writer, scope.account_id, id, {html, text, author}, now_ms);
  return Done{};
}

Status review_template(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id, bool approved,
                       std::string_view reason) {
  if (!approved && reason.empty()) return Error(errors::kReviewReasonMissing);
  const TemplateStatus status = approved ? TemplateStatus::approved : TemplateStatus::refused;
  if (writer.run(kReview, scope.account_id, scope.region, id, status, reason) == 0) return missing(id);
  return Done{};
}

Status delete_template(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id) {
  if (!find_template(writer, scope, id)) return missing(id);
  writer.run(kDeleteVersions, id);
  writer.run(kDelete, id);
  return Done{};
}

std::optional<TemplateInfo> find_template(storage::Reader& reader, const accounts::Scope& scope,
                                          std::int64_t id) {
  const auto rows = reader.query(kFind, scope.account_id, scope.region, id);
  if (!rows->next()) return std::nullopt;
  return info_from(*rows);
}

Result<StoredTemplate> get_template(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id) {
  std::optional<TemplateInfo> info = find_template(reader, scope, id);
  if (!info) return missing(id);
  StoredTemplate stored{.info = std::move(*info)};
  const auto rows = reader.query(kNewestVersion, id);
  if (rows->next()) {
    stored.version_id = rows->next_integer();
    stored.html = rows->next_text();
    stored.text = rows->next_text();
  }
  return stored;
}

Result<StoredTemplate> sendable_template(storage::Reader& reader, const accounts::Scope& scope,
                                         std::int64_t id) {
  Result<StoredTemplate> stored = get_template(reader, scope, id);
  if (stored && stored->info.status != TemplateStatus::approved)
    return Error(errors::kTemplateNotApproved).with("value", id_text(id));
  return stored;
}

Result<TemplateVersionPage> list_versions(storage::Reader& reader, const accounts::Scope& scope,
                                          std::int64_t id, std::int64_t offset, std::int64_t limit) {
  if (!find_template(reader, scope, id)) return missing(id);
  TemplateVersionPage page;
  if (const auto row = reader.query(kCountVersions, id); row->next()) page.total = row->next_integer();
  const std::int64_t newest = newest_number(reader, id);
  const auto rows = reader.query(kListVersions, id, limit, offset);
  while (rows->next()) {
    page.versions.push_back(version_from(*rows));
    page.versions.back().current = page.versions.back().number == newest;
  }
  return page;
}

Result<TemplateVersion> get_version(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id,
                                    std::int64_t number) {
  if (!find_template(reader, scope, id)) return missing(id);
  const std::int64_t newest = newest_number(reader, id);
  const auto row = reader.query(kGetVersion, id, number);
  if (!row->next()) return Error(errors::kVersionMissing).with("value", id_text(number));
  TemplateVersion version = version_from(*row);
  version.html = row->next_text();
  version.text = row->next_text();
  version.current = version.number == newest;
  return version;
}

Result<TemplateVersion> restore_version(storage::Writer& writer, const accounts::Scope& scope,
                                        std::int64_t id, std::int64_t number, std::int64_t now_ms,
                                        const TemplateOptions& options, std::string_view author) {
  const Result<TemplateVersion> wanted = get_version(writer, scope, id, number);
  if (!wanted) return wanted.error();
  const Result<StoredTemplate> current = get_template(writer, scope, id);
  if (!current) return current.error();
  if (Status checked = check_template(current->info.name, wanted->html, wanted->text, options); !checked)
    return std::move(checked).error();
  if (current->html != wanted->html || current->text != wanted->text) {
    writer.run(kRename, scope.account_id, scope.region, id, current->info.name, first_status(options));
    add_version(writer, scope.account_id, id, {wanted->html, wanted->text, author, number}, now_ms);
  }
  return get_version(writer, scope, id, newest_number(writer, id));
}

TemplatePage list_templates(storage::Reader& reader, const accounts::Scope& scope, std::int64_t offset,
                            std::int64_t limit) {
  TemplatePage page{.total = count_templates(reader, scope)};
  const auto rows = reader.query(kList, scope.account_id, scope.region, limit, offset);
  while (rows->next()) page.templates.push_back(info_from(*rows));
  return page;
}

}  // namespace sesame::content
