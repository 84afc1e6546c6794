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
#include "cloudapi/errors.hpp"
#include "storage/database.hpp"

namespace sesame::cloudapi {

/// What an action answers: the business fields, without RequestId.
using Answer = Result<boost::json::object>;

/// What an action wants from the database, after it has decoded its parameters. The job runs once, on one of
/// the database's threads, and may be destroyed there after the call has ended: it owns what it needs.
struct Work {
  using ReadJob = std::function<Answer(storage::Reader&)>;
  using WriteJob = std::function<Answer(storage::Writer&)>;

  std::variant<ReadJob, WriteJob> job;
  /// What the job needs from elsewhere (the DNS), without holding a thread: begins it and returns at once.
  /// The function it is given is called once, from any thread; after an Error the job does not run. May be
  /// empty.
  std::function<void(std::function<void(Status)>)> before;
  bool quick = false;  // A ReadJob of a few rows by an index: it runs on the event loop.
  storage::Priority priority = storage::Priority::interactive;  // Of a WriteJob.
  std::function<void()>
      after;  // Runs once, on the caller's event loop, after a successful commit. May be empty.
  /// Of a WriteJob: runs once on the writer's thread, in the order of the commits and before the answer, so
  /// that what is kept in memory beside the tables never disagrees with them. Quick, does not throw. May be
  /// empty.
  std::function<void()> on_commit;

  static Work read(ReadJob job);
  /// Costs tens of microseconds, less than to hand it to another thread and to come back.
  static Work quick_read(ReadJob job);
  static Work write(WriteJob job, std::function<void()> after = {});
  /// A write that yields to interactive ones.
  static Work bulk(WriteJob job, std::function<void()> after = {});
};

/// One action of the API: how its parameters become work. Made once at start; immutable afterwards.
struct Action {
  std::string name;
  std::string version;
  /// `prepare` runs on the blocking pool whatever the size of the body (a large one goes there anyway).
  bool heavy = false;
  /// Decodes the parameters. Safe from any thread. Never waits, but a heavy one may wait for a read of the
  /// database. An Error is answered by `codes`.
  std::function<Result<Work>(Call&)> prepare;
  /// Of the action's family. What it lacks is looked up among the common reasons (errors.hpp).
  ErrorCodes codes;
  /// Empty: the API description's, by version and name.
  const ActionDescription* description = nullptr;
};

/// The actions that are served, by version and name. Filled at start, then read from any thread.
class ActionTable {
 public:
  /// A second action of one version and name, or one that nothing describes, is a bug and throws.
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
