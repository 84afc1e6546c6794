#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

#include "base/result.hpp"
#include "cloudapi/call.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/error_codes.hpp"
#include "storage/database.hpp"

namespace sesame::cloudapi {

/// The answer of an action: its business fields, without RequestId.
using Answer = Result<boost::json::object>;

/// The database work of an action, after it has decoded its parameters. The job runs on one of the database's
/// threads, a WriteJob perhaps more than once (storage::Database), and may be destroyed there after the call
/// has ended: it owns its data.
struct Work {
  using ReadJob = std::function<Answer(storage::Reader&)>;
  using WriteJob = std::function<Answer(storage::Writer&)>;

  std::variant<ReadJob, WriteJob> job;
  /// Begins a preparation outside of the database (a DNS look-up) without holding a thread, and returns at
  /// once. Calls the given function once, on any thread; after an Error the job does not run. May be empty.
  std::function<void(std::function<void(Status)>)> before;
  bool quick = false;  // A ReadJob of a few rows by an index: it runs on the event loop.
  storage::Priority priority = storage::Priority::interactive;  // Only for a WriteJob.
  /// Runs once, on the caller's event loop, after a successful commit. May be empty.
  std::function<void()> after;

  static Work read(ReadJob job);
  /// A read on the event loop: it costs tens of microseconds, less than a hop to another thread and back.
  static Work quick_read(ReadJob job);
  static Work write(WriteJob job, std::function<void()> after = {});
  /// A write that yields to interactive ones.
  static Work bulk(WriteJob job, std::function<void()> after = {});
};

/// One action of the API, which turns its parameters into work. Made once at start; immutable afterwards.
struct Action {
  std::string name;
  std::string version;
  /// True: `prepare` runs on the blocking pool for bodies of any size (large ones always go there).
  bool heavy = false;
  /// Decodes the parameters. Never waits, but a heavy one may wait for a read of the database. An Error is
  /// answered by `codes`. Thread: any.
  std::function<Result<Work>(Call&)> prepare;
  /// The codes of the action's family. Other reasons are answered as translate() says (error_codes.hpp).
  ErrorCodes codes;
  /// nullptr: the API description's, by version and name.
  const ActionDescription* description = nullptr;
};

/// The served actions, by version and name. Filled at start, then only read. Thread: any.
class ActionTable {
 public:
  /// Adds an action. A second action of one version and name, or one without a description, is a bug and
  /// throws.
  void add(Action action);
  const Action* find(std::string_view version, std::string_view name) const;
  bool has_version(std::string_view version) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <class T>
  using ByText = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
  ByText<ByText<Action>> versions_;
};

}  // namespace sesame::cloudapi
