#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "base/setting.hpp"
#include "storage/database.hpp"

/// The templates of an account in a region. Plain functions for use inside database jobs.
namespace sesame::content {

/// SES: GetEmailTemplate.TemplateStatus.
enum class TemplateStatus : std::uint8_t { approved = 0, pending = 1, refused = 2 };

struct TemplateInfo {
  std::int64_t id = 0;
  std::string name;
  TemplateStatus status = TemplateStatus::approved;
  std::string review_reason;
  std::int64_t created_ms = 0;
};

/// A template with the content of its newest version. Versions never change: `version_id` names this very
/// content for good.
struct StoredTemplate {
  TemplateInfo info;
  std::int64_t version_id = 0;
  std::string html;
  std::string text;
};

struct TemplatePage {
  std::vector<TemplateInfo> templates;  // Newest first.
  std::int64_t total = 0;               // All templates of the scope, on any page.
};

/// The way in which a template is approved for mailing.
enum class TemplateReview : std::uint8_t { automatic, manual };

struct TemplateOptions {
  std::int64_t templates_max = 1000;            // Templates of one account and region.
  std::size_t content_bytes_max = 1024 * 1024;  // Bytes of html and text together, decoded from base64.
  TemplateReview review = TemplateReview::automatic;

  void visit(SettingVisitor& settings) {
    settings.number("limits.templates", templates_max, {1, 1'000'000'000}, "templates of an account");
    settings.choice("content.template_review", review,
                    {{"auto", TemplateReview::automatic}, {"manual", TemplateReview::manual}},
                    "auto: a template may be mailed at once; manual: once ReviewEmailTemplate approved it");
  }
};

/// Checks the rules of bodies that can be rendered at all. Errors: errors::kTemplateEmpty (neither html nor
/// text), errors::kTemplateTooLarge, errors::kTemplateNotText (not UTF-8, or holds a NUL). Pure.
Status check_bodies(std::string_view html, std::string_view text, const TemplateOptions& options = {});

/// Checks the rules that need no database, so that a caller can check early. Errors:
/// errors::kTemplateNameIllegal (not 1 to 50 letters, digits, ideographs, space, `_`, `-`), those of
/// check_bodies, errors::kPlaceholderIllegal.
Status check_template(std::string_view name, std::string_view html, std::string_view text,
                      const TemplateOptions& options = {});

/// Versions of one template that are kept: the newest of this number, and of these bytes in all. The newest
/// one is always kept.
inline constexpr std::int64_t kVersionsMax = 50;
inline constexpr std::int64_t kVersionBytesMax = 8 * 1024 * 1024;

/// Creates a template, approved or, with manual review, pending; returns its id.
/// Errors: those of check_template; errors::kTooManyTemplates.
Result<std::int64_t> create_template(storage::Writer& writer, const accounts::Scope& scope,
                                     std::string_view name, std::string_view html, std::string_view text,
                                     std::int64_t now_ms, const TemplateOptions& options = {},
                                     std::string_view author = {});

/// Renames a template and, when its content changes, gives it a new version; mails that were accepted before
/// keep the old one. Its review begins anew, as with create_template. Errors: those
/// of check_template; errors::kTemplateMissing.
Status update_template(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id,
                       std::string_view name, std::string_view html, std::string_view text,
                       std::int64_t now_ms, const TemplateOptions& options = {},
                       std::string_view author = {});

/// Approves or refuses a template, in any state. Errors: errors::kTemplateMissing,
/// errors::kReviewReasonMissing (a refusal says why).
Status review_template(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id, bool approved,
                       std::string_view reason);

/// Deletes a template. Mails that were accepted before still leave. Error: errors::kTemplateMissing.
Status delete_template(storage::Writer& writer, const accounts::Scope& scope, std::int64_t id);

/// A template without its content. nullopt when the scope has no such template.
std::optional<TemplateInfo> find_template(storage::Reader& reader, const accounts::Scope& scope,
                                          std::int64_t id);

/// Error: errors::kTemplateMissing.
Result<StoredTemplate> get_template(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id);

/// Reads a template that may be mailed. Errors: errors::kTemplateMissing, errors::kTemplateNotApproved.
Result<StoredTemplate> sendable_template(storage::Reader& reader, const accounts::Scope& scope,
                                         std::int64_t id);

/// One version of a template.
struct TemplateVersion {
  std::int64_t number = 0;  // From 1; never used again.
  std::int64_t created_ms = 0;
  std::string author;
  std::int64_t bytes = 0;     // Html and text together.
  std::int64_t restored = 0;  // The version that it repeats; 0: none.
  bool current = false;
  std::string html, text;  // Only from get_version().
};
struct TemplateVersionPage {
  std::vector<TemplateVersion> versions;  // Newest first, without their content.
  std::int64_t total = 0;
};

/// The versions that are kept. Error: errors::kTemplateMissing.
Result<TemplateVersionPage> list_versions(storage::Reader& reader, const accounts::Scope& scope,
                                          std::int64_t id, std::int64_t offset, std::int64_t limit);

/// One version with its content. Errors: errors::kTemplateMissing, errors::kVersionMissing.
Result<TemplateVersion> get_version(storage::Reader& reader, const accounts::Scope& scope, std::int64_t id,
                                    std::int64_t number);

/// Gives a template the content of an earlier version, as a new version; its name stays. The review begins
/// anew, as with update_template. Returns the current version afterwards. Errors: those of get_version; those
/// of check_template (a limit that is stricter now).
Result<TemplateVersion> restore_version(storage::Writer& writer, const accounts::Scope& scope,
                                        std::int64_t id, std::int64_t number, std::int64_t now_ms,
                                        const TemplateOptions& options = {}, std::string_view author = {});

TemplatePage list_templates(storage::Reader& reader, const accounts::Scope& scope, std::int64_t offset,
                            std::int64_t limit);

}  // namespace sesame::content
