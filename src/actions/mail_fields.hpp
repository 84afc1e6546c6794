#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actions/fields.hpp"
#include "base/result.hpp"
#include "base/setting.hpp"
#include "content/attachments.hpp"
#include "content/mailing.hpp"
#include "content/templates.hpp"
#include "content/unsubscribe_texts.hpp"

/// The fields that SendEmail and BatchSendEmail share.
namespace sesame::actions {

/// The content of a mail, as the request gives it.
struct RequestedContent {
  bool has_template = false;
  std::int64_t template_id = 0;
  std::string template_data;  // JSON text, checked.
  std::string html;           // The html of Simple.
  std::string text;
  std::vector<content::Attachment> attachments;
  std::string reply_to;
  std::optional<content::UnsubscribeOption> unsubscribe;  // nullopt: the request does not name one.
};

/// The server's settings for the content of requests.
struct ContentRules {
  bool custom_content = false;  // Whether `Simple` may be used instead of a template.
  content::UnsubscribeNumbering numbering = content::UnsubscribeNumbering::domestic;
  std::string ad_mark = "(AD)";  // The mark in the subject of an advertisement.

  void visit(SettingVisitor& settings) {
    settings.flag("sending.custom_content", custom_content,
                  "whether Simple may be used instead of a template");
    settings.choice("unsubscribe.numbering", numbering,
                    {{"domestic", content::UnsubscribeNumbering::domestic},
                     {"international", content::UnsubscribeNumbering::international}},
                    "what Unsubscribe 1 and 2 mean: domestic: Simplified Chinese and English; "
                    "international: the reverse");
    settings.text("unsubscribe.ad_mark", ad_mark, "text that ADLocation puts before or after the subject");
  }
};

/// Errors: cloudapi::errors::kContentMissing (neither Template nor Simple),
/// cloudapi::errors::kContentNotBase64 (or no text), content::errors::kTooLarge,
/// cloudapi::errors::kCustomForbidden (Simple without permission), cloudapi::errors::kAttachmentNotBase64,
/// cloudapi::errors::kAttachmentEmpty, cloudapi::errors::kAttachmentByUrl,
/// cloudapi::errors::kReplyToMalformed, content::errors::kNotJson, content::errors::kNotPlain,
/// those of content::check_attachments.
Result<RequestedContent> read_content(const Fields& fields, const ContentRules& rules);

/// Fills the bodies of the mailing: those of the template's newest version, or the request's own. Attachments
/// are packed from the request without a copy. Job: read. Errors:
/// content::errors::kTemplateMissing, content::errors::kTemplateNotApproved.
Status fill_bodies(storage::Reader& reader, const accounts::Scope& scope, const RequestedContent& requested,
                   content::Mailing& mailing);

}  // namespace sesame::actions
