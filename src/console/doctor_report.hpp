#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "accounts/keyring.hpp"
#include "console/signature_doctor.hpp"

/// The rules and the report that all diagnoses of the signature doctor share.
namespace sesame::console {

/// Lower-case hex of the SHA-256. Thread: any.
std::string hash_of(std::string_view bytes);

/// Findings and rules, as the page reads them. Thread: one.
class Report {
 public:
  explicit Report(std::string_view text) : text_(text) {}

  /// A rule that holds, or a finding about it; `mark` is the part of the pasted text that it is about.
  void rule(std::string_view name, bool holds, std::string why, std::string_view mark = {}) {
    rules_.push_back(boost::json::object{{"rule", name}, {"holds", holds}, {"text", why}});
    if (!holds) find(name, std::move(why), mark);
  }
  void find(std::string_view name, std::string why, std::string_view mark = {}) {
    boost::json::object finding{{"rule", name}, {"text", std::move(why)}};
    const std::size_t at = mark.empty() ? std::string_view::npos : text_.find(mark);
    if (at != std::string_view::npos) finding["at"] = at;
    findings_.push_back(std::move(finding));
  }
  void show(const char* name, std::string text) { server_[name] = std::move(text); }
  bool empty() const { return findings_.empty(); }
  /// Whether a finding names a cause, and not only that something is wrong.
  bool names_cause() const {
    for (const boost::json::value& finding : findings_) {
      const boost::json::string& rule = finding.at("rule").get_string();
      if (rule != "code" && rule != "signature" && rule != "not_kept") return true;
    }
    return false;
  }

  boost::json::object take() {
    boost::json::object made{{"findings", std::move(findings_)}};
    if (!rules_.empty()) made["rules"] = std::move(rules_);
    if (!server_.empty()) made["server"] = std::move(server_);
    return made;
  }

 private:
  const std::string_view text_;
  boost::json::array findings_, rules_;
  boost::json::object server_;
};

/// Judges a timestamp, in seconds, by the server's clock at `now_s`.
void examine_clock(Report& report, std::string_view timestamp, std::int64_t now_s);
/// Judges the date of a credential's scope by the timestamp.
void examine_date(Report& report, std::string_view date, std::string_view timestamp);
/// The credential of the caller's account; nullptr with a finding for any other.
std::shared_ptr<const accounts::Credential> examine_key(Report& report, std::string_view secret_id,
                                                        const accounts::Keyring& keyring,
                                                        const DoctorFacts& facts);
/// Why an Authorization header cannot be read, if so.
std::string authorization_fault(const Error& error);

}  // namespace sesame::console
