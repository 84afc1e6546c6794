#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "campaigns/call_origin.hpp"
#include "content/headers.hpp"
#include "messages/draft.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Custom headers with this prefix are repeated in the events of their mail (SES: webhook body).
inline constexpr std::string_view kCallbackPrefix = "X-Tencentcloudses-Cb-";

/// The facts of a mail that its run or its single send has in common with others. Kept as long as the run or
/// the send.
struct MailFacts {
  std::string app_id;
  std::string sender_domain;
  std::string header_id;         // The Message-ID header without brackets.
  std::string subject;           // As submitted, with its placeholders.
  std::int64_t template_id = 0;  // 0: none.
  std::int64_t task_id = 0;      // 0: a single send.
  CallOrigin call;               // The call that asked for it, or that made its task.
  std::vector<content::Header> callback_headers;
};

/// Finds the facts by one look-up by key. nullopt when the run or the send is unknown. Job: read.
std::optional<MailFacts> find_mail_facts(storage::Reader& reader, const accounts::MailId& id);

/// Whether letters of this run may still be handed out, or have an unrecorded outcome. Job: read.
bool is_run_open(storage::Reader& reader, std::int64_t account_id, std::int64_t run_id);

}  // namespace sesame::campaigns
