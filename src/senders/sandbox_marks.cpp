#include "senders/sandbox_marks.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "mime/address.hpp"
#include "senders/domains.hpp"
#include "senders/errors.hpp"

namespace sesame::senders {
namespace {

using storage::Sql;

constexpr Sql kAll{"senders.sandbox_marks",
                   "SELECT account_id, region, name FROM sender_domain WHERE sandbox = 1"};
constexpr Sql kHas{"senders.has_sandbox_mark",
                   "SELECT sandbox FROM sender_domain WHERE account_id = ?1 AND region = ?2 AND name = ?3"};
constexpr Sql kSet{
    "senders.set_sandbox_mark",
    "UPDATE sender_domain SET sandbox = ?4 WHERE account_id = ?1 AND region = ?2 AND name = ?3"};

}  // namespace

SandboxMarks::Domains marked_domains(storage::Reader& reader) {
  SandboxMarks::Domains marked;
  const auto rows = reader.query(kAll);
  while (rows->next()) {
    const std::int64_t account_id = rows->next_integer();
    std::string region(rows->next_text());
    std::string name(rows->next_text());
    marked.emplace(account_id, std::move(region), std::move(name));
  }
  return marked;
}

void SandboxMarks::set(Domains marked) {
  const MutexLock lock(mutex_);
  marked_ = std::move(marked);
  count_ = marked_.size();
}

bool SandboxMarks::contains(const accounts::Scope& scope, std::string_view domain) const {
  if (count_ == 0) return false;
  const Domains::key_type key(scope.account_id, scope.region, domain);
  const MutexLock lock(mutex_);
  return marked_.contains(key);
}

bool SandboxMarks::contains_sender(const accounts::Scope& scope, std::string_view address) const {
  if (count_ == 0) return false;
  const std::string_view domain = mime::domain_of(address);
  return contains(scope, mime::ascii_domain(domain).value_or(ascii::lower(domain)));
}

Status set_sandbox_mark(storage::Writer& writer, const accounts::Scope& scope, std::string_view name,
                        bool marked) {
  const Result<std::string> domain = domain_name(name);
  const bool known = domain && writer.run(kSet, scope.account_id, scope.region, *domain, marked) > 0;
  if (!known) return Error(errors::kDomainMissing).with("value", std::string(name));
  return Done{};
}

bool has_sandbox_mark(storage::Reader& reader, const accounts::Scope& scope, std::string_view domain) {
  const auto row = reader.query(kHas, scope.account_id, scope.region, domain);
  return row->next() && row->next_flag();
}

}  // namespace sesame::senders
