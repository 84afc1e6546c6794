#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/scope.hpp"
#include "accounts/secret_box.hpp"
#include "base/result.hpp"
#include "base/setting.hpp"
#include "dkim/key.hpp"
#include "storage/database.hpp"

/// The domains an account may send from, and the DNS records they need. Job: read for functions of a Reader,
/// write for functions of a Writer.
namespace sesame::senders {

/// The keys that sign. SES: CreateEmailIdentity.DKIMOption.
enum class DkimOption : std::uint8_t { rsa1024 = 0, rsa2048 = 1, both = 2 };

struct LookUp;

struct Tag {
  std::string key;
  std::string value;
  bool operator==(const Tag&) const = default;
};

/// The signing keys of a new domain. Both sizes are made at once, with any option: changing the option later
/// then changes a single row, and the record of the other size can be published before its key signs.
struct DomainKeys {
  dkim::PrivateKey rsa1024;
  dkim::PrivateKey rsa2048;
};

/// Makes both keys, in about a tenth of a second of CPU: call it on a thread of its own, never inside a
/// database job. Errors: those of dkim::PrivateKey::generate. Thread: any.
Result<DomainKeys> make_domain_keys();

/// The proof that makes a domain verified.
enum class Verification : std::uint8_t {
  trust,  // None: a domain is verified when it is created.
  dns,    // Its records, once they are found in the DNS.
};

/// The expected records of a domain, and the limits of domains.
struct DomainOptions {
  std::string mx_host = "mx.sesame.invalid";       // Receives bounces.
  std::string spf_include = "spf.sesame.invalid";  // Lists the addresses that mail leaves from.
  std::string selector_prefix = "sesame";          // The selector is this and the key's size in bits.
  std::int64_t domains_max = 10;                   // Per scope.
  Verification verification = Verification::trust;
  bool mx_strict = false;                // Only mx_host may receive the domain's mail.
  std::int64_t recheck_ms = 21'600'000;  // Between two look-ups of a domain.

  void visit(SettingVisitor& settings) {
    settings.number("limits.domains", domains_max, {1, 1'000'000'000}, "sender domains of an account");
    settings.text("identity.spf_include", spf_include,
                  "host that the SPF record of a sender domain includes");
    settings.text("identity.mx_host", mx_host, "host that the MX record of a sender domain names");
    settings.flag("identity.mx_strict", mx_strict,
                  "whether the MX record must name identity.mx_host; else any host that takes mail will do");
    settings.text("identity.selector", selector_prefix, "prefix of the DKIM selectors");
  }
};

struct NewDomain {
  std::string name;
  DkimOption dkim_option = DkimOption::rsa1024;
  std::vector<Tag> tags;
};

/// The records that a domain needs. The numbers are stored.
enum class RecordKind : std::uint8_t { mx = 0, spf = 1, dkim1024 = 2, dkim2048 = 3, dmarc = 4 };

/// A DNS record the domain's owner should publish. SES: DNSAttributes.
struct DomainRecord {
  RecordKind kind = RecordKind::mx;
  std::string type;  // "MX" or "TXT".
  std::string name;  // The record's own name.
  std::string expected_value;
  std::string current_value;  // Empty: nothing was found.
  bool matches = false;
};

struct Domain {
  std::int64_t id = 0;
  std::string name;  // Lower case, A-labels.
  DkimOption dkim_option = DkimOption::rsa1024;
  bool verified = false;
  std::vector<Tag> tags;
  std::vector<DomainRecord> records;  // MX, SPF, DKIM (a row per active key), DMARC.
  std::int64_t created_ms = 0;
};

/// The name of a domain that may send, in lower case and A-labels: at least two labels of host name
/// characters. Error: errors::kDomainIllegal. Pure, for checks before keys are made. Thread: any.
Result<std::string> domain_name(std::string_view name);

/// Checks that create_domain would accept the name now; returns it in A-labels. Errors: those of
/// create_domain.
Result<std::string> check_new_domain(storage::Reader& reader, const accounts::Scope& scope,
                                     std::string_view given, const DomainOptions& options);

/// Adds a domain: verified at once by trust, else once its records are found.
/// Errors: errors::kDomainIllegal, errors::kDomainTaken (this account and region has it),
/// errors::kDomainOfOther (another account has the domain, verified by DNS), errors::kTooManyDomains.
Result<Domain> create_domain(storage::Writer& writer, const accounts::SecretBox& box,
                             const accounts::Scope& scope, const NewDomain& domain, const DomainKeys& keys,
                             std::int64_t now_ms, const DomainOptions& options);

/// The domain as it would be with `dkim_option`; as it is without one. Errors: errors::kDomainMissing,
/// errors::kDkimNotApplied (a key of that size does not exist).
Result<Domain> domain_with_option(storage::Reader& reader, const accounts::Scope& scope,
                                  std::string_view name, std::optional<DkimOption> dkim_option,
                                  const DomainOptions& options);

/// Changes the keys that sign (unchanged without an option), stores the results of a look-up (look_up.hpp)
/// and returns the changed domain. With Verification::trust there is no look-up and the domain is verified.
/// Errors: those of domain_with_option; errors::kDnsUnavailable (another key is to sign, and its record could
/// not be looked up).
Result<Domain> update_domain(storage::Writer& writer, const accounts::Scope& scope, std::string_view name,
                             std::optional<DkimOption> dkim_option, const LookUp* look_up,
                             std::int64_t now_ms, const DomainOptions& options);

/// Finds a domain. Error: errors::kDomainMissing.
Result<Domain> get_domain(storage::Reader& reader, const accounts::Scope& scope, std::string_view name,
                          const DomainOptions& options);

/// Removes a domain and its keys. Its mail that is still under way can then no longer be signed; the caller
/// checks for that before. Errors: errors::kDomainMissing, errors::kDomainHasAddresses.
Status delete_domain(storage::Writer& writer, const accounts::Scope& scope, std::string_view name);

}  // namespace sesame::senders
