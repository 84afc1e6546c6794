#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "content/headers.hpp"
#include "messages/draft.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Custom headers whose name starts like this are repeated in the events of their mail (SES: webhook body).
inline constexpr std::string_view kCallbackPrefix = "X-Tencentcloudses-Cb-";

/// What is told about a letter besides its own row. Kept as long as its run or send is.
struct MailFacts {
  std::string app_id;
  std::string sender_domain;
  std::string header_id;         // The Message-ID header without brackets.
  std::string subject;           // As submitted, with its placeholders.
  std::int64_t template_id = 0;  // 0: none.
  std::int64_t task_id = 0;      // 0: a single send.
  std::vector<content::Header> callback_headers;
};

/// Nothing when its run or send is unknown. Costs one look-up by its key.
std::optional<MailFacts> find_mail_facts(storage::Reader& reader, const accounts::MailId& id);

/// Whether letters of this run may still be handed out or have an outcome that is not recorded.
bool is_run_open(storage::Reader& reader, std::int64_t account_id, std::int64_t run_id);

}  // namespace sesame::campaigns
