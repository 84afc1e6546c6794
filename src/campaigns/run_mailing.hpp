#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "campaigns/compose_context.hpp"
#include "campaigns/message_ids.hpp"
#include "content/composer.hpp"
#include "messages/draft.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// A run opened for mailing, its snapshot compiled once. Immutable; the letters made from it share it.
/// Thread: any.
class RunMailing : public std::enable_shared_from_this<RunMailing> {
 public:
  /// Loads the run. Errors: errors::kRunMissing, and those of unpack_mailing, signers_for and
  /// Composer::create.
  static Result<std::shared_ptr<const RunMailing>> open(storage::Reader& reader,
                                                        const ComposeContext& context, std::int64_t run_id);

  /// Makes the letter to one recipient; `data` is the recipient's own JSON text or empty.
  messages::Draft letter(std::uint32_t ordinal, std::string_view address, std::string_view data) const;

  /// Checks that the run's sender may still send. Its content is a snapshot, so changed or deleted templates
  /// do not matter. Errors: those of senders::resolve_sender. Job: read.
  Status check(storage::Reader& reader) const;

  std::int64_t run_id() const { return run_id_; }
  std::int64_t task_id() const { return task_id_; }
  const std::string& sender_domain() const { return sender_domain_; }
  std::int64_t group_id() const { return group_id_; }
  const accounts::Scope& scope() const { return scope_; }

 private:
  RunMailing(content::Composer composer, MessageIds ids)
      : composer_(std::move(composer)), ids_(std::move(ids)) {}

  content::Composer composer_;
  MessageIds ids_;
  std::int64_t run_id_ = 0;
  std::int64_t task_id_ = 0;
  std::string sender_;  // As it was submitted.
  std::int64_t group_id_ = 0;
  accounts::Scope scope_;
  std::string from_address_;
  std::string sender_domain_;
  std::string template_data_;
  std::int64_t started_ms_ = 0;
};

}  // namespace sesame::campaigns
