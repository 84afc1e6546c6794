#pragma once

#include <type_traits>

// The options structs that declare settings, in the order of settings within a section of `sesame config`.
// Only their names: the structs are included by settings_list.cpp and by the places that use them.

namespace sesame {
struct LogOptions;
}
namespace sesame::accounts {
struct AccountOptions;
}
namespace sesame::actions {
struct ContentRules;
struct StatusOptions;
}  // namespace sesame::actions
namespace sesame::audience {
struct CustomBlockOptions;
struct GroupOptions;
struct SuppressionRules;
}  // namespace sesame::audience
namespace sesame::bounces {
struct BounceRuleOptions;
}
namespace sesame::campaigns {
struct FrequencyOptions;
}
namespace sesame::cloudapi {
struct GatewayOptions;
}
namespace sesame::content {
struct TemplateOptions;
}
namespace sesame::console {
struct ConsoleOptions;
}
namespace sesame::delivery {
struct EngineLimits;
struct PortCheckOptions;
struct RelayOptions;
struct RetryPolicy;
struct SandboxOptions;
}  // namespace sesame::delivery
namespace sesame::dns {
struct AresOptions;
}
namespace sesame::effects {
struct VisitOptions;
}
namespace sesame::engagement {
struct TrackingPageOptions;
struct VisitorRuleOptions;
}  // namespace sesame::engagement
namespace sesame::net {
struct HttpServerOptions;
struct TlsIdentity;
}  // namespace sesame::net
namespace sesame::returns {
struct IntakeLimits;
struct ReturnOptions;
}  // namespace sesame::returns
namespace sesame::senders {
struct AddressOptions;
struct DomainOptions;
struct CheckOptions;
struct RecheckOptions;
struct Reputation;
struct Tracking;
}  // namespace sesame::senders
namespace sesame::shaping {
struct RuleOptions;
}
namespace sesame::submission {
struct SubmissionSettings;
}
namespace sesame::webhooks {
struct EventQueueOptions;
struct EventSenderOptions;
struct PostingOptions;
}  // namespace sesame::webhooks

namespace sesame::server {

struct RetentionPolicy;
struct ServerSettings;

template <class... Structs>
struct StructList {
  template <class Struct>
  static constexpr bool has = (std::is_same_v<Struct, Structs> || ...);
};

using SettingStructs =
    StructList<ServerSettings, LogOptions, net::TlsIdentity, net::HttpServerOptions, cloudapi::GatewayOptions,
               console::ConsoleOptions, accounts::AccountOptions, audience::GroupOptions,
               content::TemplateOptions, senders::RecheckOptions, senders::DomainOptions,
               senders::AddressOptions, audience::CustomBlockOptions, actions::StatusOptions,
               dns::AresOptions, senders::CheckOptions, audience::SuppressionRules, senders::Reputation,
               actions::ContentRules, delivery::RelayOptions, shaping::RuleOptions, delivery::EngineLimits,
               delivery::RetryPolicy, delivery::SandboxOptions, delivery::PortCheckOptions,
               submission::SubmissionSettings, senders::Tracking, effects::VisitOptions,
               engagement::VisitorRuleOptions, engagement::TrackingPageOptions, bounces::BounceRuleOptions,
               webhooks::PostingOptions, webhooks::EventSenderOptions, webhooks::EventQueueOptions,
               returns::ReturnOptions, returns::IntakeLimits, RetentionPolicy, campaigns::FrequencyOptions>;

/// A struct whose settings Settings::load() has read. Another one is added to SettingStructs above.
template <class Struct>
concept ListedSettings = SettingStructs::has<Struct>;

}  // namespace sesame::server
