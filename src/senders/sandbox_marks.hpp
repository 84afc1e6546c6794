#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "storage/database.hpp"

namespace sesame::senders {

/// The sender domains whose mail goes into the sandbox inbox, whatever the delivery mode: in memory, since
/// each mail is compared with them. Without one a comparison costs one read of an atomic number. Thread: any.
class SandboxMarks {
 public:
  using Domains = std::set<std::tuple<std::int64_t, std::string, std::string>>;  // Account, region, domain.

  /// Replaces all marks: at the start, and after each commit that changed them, in the order of the commits.
  void set(Domains marked);
  /// Whether the domain is marked; in lower-case A-label form.
  bool contains(const accounts::Scope& scope, std::string_view domain) const;
  /// Whether the domain of the address is marked.
  bool contains_sender(const accounts::Scope& scope, std::string_view address) const;

 private:
  mutable Mutex mutex_;
  Domains marked_ SESAME_GUARDED_BY(mutex_);
  std::atomic<std::size_t> count_{0};  // The size of marked_.
};

/// All marked domains of the table. Job: read.
SandboxMarks::Domains marked_domains(storage::Reader& reader);
/// Marks a domain, or takes its mark away. Errors: errors::kDomainMissing. Job: write.
Status set_sandbox_mark(storage::Writer& writer, const accounts::Scope& scope, std::string_view name,
                        bool marked);
/// Whether the table has a mark for the domain. Job: read.
bool has_sandbox_mark(storage::Reader& reader, const accounts::Scope& scope, std::string_view domain);

}  // namespace sesame::senders
