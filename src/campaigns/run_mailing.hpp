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

  /// Makes the draft to one recipient, requested at `now_ms`; `data` is the recipient's own JSON text or
  /// empty. Not judged.
  messages::Draft draft(std::uint32_t ordinal, std::string_view address, std::string_view data,
                        std::int64_t now_ms) const;

  /// Checks that the run's sender may still send. Its content is a snapshot, so changed or deleted templates
  /// do not matter. Errors: those of senders::resolve_sender. Job: read.
  Status check(storage::Reader& reader) const;

  std::int64_t run_id() const { return run_id_; }
  std::int64_t task_id() const { return task_id_; }
  const std::string& sender_domain() const { return sender_domain_; }
  std::int64_t group_id() const { return group_id_; }
  const accounts::Scope& scope() const { return scope_; }
  /// Whether its mail goes into the sandbox in every mode of delivery.
  bool sandboxed() const { return sandboxed_; }

 private:
  RunMailing(content::Composer composer, MessageIds ids, const Clock& clock)
      : composer_(std::move(composer)), ids_(std::move(ids)), clock_(clock) {}

  content::Composer composer_;
  MessageIds ids_;
  const Clock& clock_;
  std::int64_t run_id_ = 0;
  std::int64_t task_id_ = 0;
  std::string sender_;  // As it was submitted.
  std::int64_t group_id_ = 0;
  accounts::Scope scope_;
  std::string from_address_;
  std::string sender_domain_;
  std::string template_data_;
  bool sandboxed_ = false;
};

}  // namespace sesame::campaigns
