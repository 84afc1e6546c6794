#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/setting.hpp"
#include "base/thread_safety.hpp"
#include "dns/server_queries.hpp"
#include "senders/domains.hpp"
#include "senders/look_up.hpp"
#include "storage/database.hpp"

namespace sesame::senders {

/// The meaning of a server's answer about a record to the person who publishes it.
enum class ServerFinding : std::uint8_t {
  right,
  no_name,              // The DNS has no such name.
  no_record,            // The name has no record of the kind.
  different,            // Another value.
  two_spf,              // Several SPF records: receivers use none of them (RFC 7208 §4.5).
  spf_include_missing,  // An SPF record that does not include the expected host before its `all`.
  cut,                  // The value ends early; a TXT string has at most 255 bytes.
  quotes,               // Right but for quotes inside of it.
  cname,                // A CNAME stands at the name, so no other record counts there (RFC 1034 §3.6.2).
  doubled_host,         // The record stands at the name with the zone's behind it once more.
  silent,               // No answer within the deadline.
  unreachable,          // No answer, known before the deadline.
  failed,               // The server refused the question, or failed.
  lame,                 // The server does not have the zone.
  not_asked,            // The server's address is private, and the setting allows none.
};

/// "two_spf".
std::string_view name_of(ServerFinding finding);
/// A sentence for people; cloudapi has it in Chinese.
std::string_view explain(ServerFinding finding);
/// Whether the answer says what is published; a server that gave none proves nothing.
bool is_known(ServerFinding finding);

/// One server's answer about one record.
struct ServerVerdict {
  std::string server;   // The name; empty: the resolver that this program asks.
  std::string address;  // In digits; empty for the resolver, when not_asked, and when the name has none.
  ServerFinding finding = ServerFinding::silent;
  std::string value;  // The published value as UTF-8 that can be shown; may be empty.
  std::int64_t took_ms = 0;
};

struct RecordCheck {
  DomainRecord record;
  std::string
      host;  // The record's name without the zone's, "@" for the zone itself: what many forms ask for.
  std::vector<ServerVerdict> verdicts;  // The resolver's first.
};

struct DomainCheck {
  std::string domain;
  std::string zone;  // The name with the name servers; empty when none was found.
  std::vector<RecordCheck> records;
  std::int64_t took_ms = 0;
  LookUp look_up;  // The resolver's answers, to be recorded (record_look_up).
};

struct CheckOptions {
  std::int64_t server_port = 53;
  bool allow_private = false;

  void visit(SettingVisitor& settings) {
    settings.number("dns.server_port", server_port, {1, 65'535},
                    "port at which CheckEmailIdentity asks the name servers of a zone");
    settings.flag("dns.allow_private", allow_private,
                  "whether CheckEmailIdentity also asks name servers with private addresses");
  }
};

/// Compares what each name server of a domain's zone, and the resolver, say about the domain's records. A
/// check has three steps, each with a deadline: the zone's name servers, their addresses, the records; in all
/// at most kDomainCheckMax. The parts outlive it and every check it began. Thread: any.
class DomainChecks {
 public:
  static constexpr std::size_t kServersMax = 6;     // Name servers of a zone that are asked.
  static constexpr std::size_t kPerAccountMax = 2;  // Checks under way, of one account.
  static constexpr std::size_t kChecksMax = 6;      // Checks under way, of all accounts.

  /// Called once, on a thread of the database, of the queries or the caller's: quick, does not throw.
  using Done = std::function<void(Result<DomainCheck>)>;

  DomainChecks(storage::Database& database, dns::ServerQueries& queries, const Clock& clock,
               DomainOptions domains, CheckOptions options)
      : database_(database),
        queries_(queries),
        clock_(clock),
        domains_(std::move(domains)),
        options_(options) {}

  /// Errors: those of domain_with_option; errors::kCheckUnderWay (too many at once); the database's.
  void begin(const accounts::Scope& scope, const std::string& domain, Done done);

 private:
  class Run;
  bool enter(std::int64_t account_id);
  void leave(std::int64_t account_id);

  storage::Database& database_;
  dns::ServerQueries& queries_;
  const Clock& clock_;
  const DomainOptions domains_;
  const CheckOptions options_;
  Mutex mutex_;
  std::map<std::int64_t, std::size_t> under_way_ SESAME_GUARDED_BY(mutex_);  // By account.
  std::size_t all_ SESAME_GUARDED_BY(mutex_) = 0;
};

inline constexpr std::chrono::milliseconds kServersDeadline{2'500};
inline constexpr std::chrono::milliseconds kAddressesDeadline{1'500};
inline constexpr std::chrono::milliseconds kRecordsDeadline{3'000};
/// The resolver is asked for the records beside the first step.
inline constexpr std::chrono::milliseconds kDomainCheckMax =
    kRecordsDeadline + kAddressesDeadline + kRecordsDeadline;

/// The meaning of an answer about a record. `strict` as of judge_mail_hosts. Fills finding and value. Pure.
ServerVerdict judge_server(const DomainRecord& record, const dns::ServerAnswer& answer, bool strict,
                           bool is_resolver);

}  // namespace sesame::senders
