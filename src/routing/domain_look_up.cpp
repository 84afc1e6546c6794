#include "routing/domain_look_up.hpp"

#include <utility>
#include <vector>

#include "dns/errors.hpp"

namespace sesame::routing {

using dns::RecordType;

Result<dns::Answer> DomainLookUp::no_answer() { return Error(dns::errors::kNoAnswer); }

void DomainLookUp::start(dns::Resolver& resolver) {
  resolver.ask(destination_, RecordType::mx,
               [self = shared_from_this(), &resolver](Result<dns::Answer> answer) {
                 self->take_mx(resolver, std::move(answer));
               });
}

void DomainLookUp::end() {
  Answers answers{no_answer(), {}};
  {
    const MutexLock lock(mutex_);
    if (std::exchange(ended_, true)) return;
    answers = std::move(answers_);
  }
  done_(std::move(answers));
}

void DomainLookUp::take_mx(dns::Resolver& resolver, Result<dns::Answer> answer) {
  std::vector<std::string> names;
  {
    const MutexLock lock(mutex_);
    if (ended_) return;
    names = hosts_to_ask(answer, random_);
    answers_.mx = std::move(answer);
    for (const std::string& name : names) answers_.hosts.push_back({name, std::nullopt, std::nullopt});
    open_ = names.size() * (families_ == Families::both ? 2 : 1);
  }
  if (names.empty()) return end();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (families_ != Families::v6) ask_host(resolver, names[i], i, &HostAnswers::v4);
    if (families_ != Families::v4) ask_host(resolver, names[i], i, &HostAnswers::v6);
  }
}

void DomainLookUp::ask_host(dns::Resolver& resolver, const std::string& name, std::size_t host, Place place) {
  const RecordType type = place == &HostAnswers::v4 ? RecordType::a : RecordType::aaaa;
  resolver.ask(name, type, [self = shared_from_this(), &resolver, host, place](Result<dns::Answer> answer) {
    self->take_host(resolver, host, place, std::move(answer));
  });
}

void DomainLookUp::take_host(dns::Resolver& resolver, std::size_t host, Place place,
                             Result<dns::Answer> answer) {
  const Place other = place == &HostAnswers::v4 ? &HostAnswers::v6 : &HostAnswers::v4;
  std::string name;
  bool last = false;
  {
    const MutexLock lock(mutex_);
    if (ended_) return;
    HostAnswers& answers = answers_.hosts[host];
    // The host is there and has no address of our family: whether it has one of the other decides whether its
    // mail is refused or waits.
    const bool hint = families_ != Families::both && !(answers.*other) && answer && answer->denies() &&
                      answer->code == dns::Rcode::no_error;
    answers.*place = std::move(answer);
    if (hint) {
      name = answers.host;
    } else {
      last = --open_ == 0;
    }
  }
  if (!name.empty()) return ask_host(resolver, name, host, other);
  if (last) end();
}

}  // namespace sesame::routing
