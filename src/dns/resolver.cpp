#include "dns/resolver.hpp"

#include <utility>

#include "dns/errors.hpp"

namespace sesame::dns {
namespace {

/// Passes the values of a definite answer on.
template <class Values>
Resolver::Callback picking(const std::string& name, Values (Answer::*values)() const,
                           std::function<void(Result<Values>)> answer) {
  return [name, values, answer = std::move(answer)](Result<Answer> found) {
    if (!found) return answer(std::move(found).error());
    if (!found->is_definite())
      return answer(Error(errors::kNoAnswer).with("name", name).because("the server failed or refused"));
    answer(((*found).*values)());
  };
}

}  // namespace

void Resolver::texts(const std::string& name, TextAnswer answer) {
  ask(name, RecordType::txt, picking<Texts>(name, &Answer::texts, std::move(answer)));
}

void Resolver::mail_hosts(const std::string& name, MailHostAnswer answer) {
  ask(name, RecordType::mx, picking<MailHosts>(name, &Answer::mail_hosts, std::move(answer)));
}

}  // namespace sesame::dns
