#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "storage/connection.hpp"
#include "storage/database.hpp"

namespace sesame::storage {

/// The functions that a job registered beside the tables, until its commit or its undoing. Thread: one.
class JobEffects {
 public:
  void after_commit(std::function<void()> then) { committed_.push_back(std::move(then)); }
  void on_undo(std::function<void()> undo) { undone_.push_back(std::move(undo)); }
  void publish(std::vector<std::uint64_t> keys) {
    published_.insert(published_.end(), keys.begin(), keys.end());
  }
  std::span<const std::uint64_t> published() const { return published_; }

  /// Each runs the functions and drops all of them.
  void commit();
  void undo();

 private:
  std::vector<std::function<void()>> committed_;
  std::vector<std::function<void()>> undone_;
  std::vector<std::uint64_t> published_;
};

/// The Writer that jobs see, over a connection. The same object serves as the Reader of a query-only
/// connection. Thread: one, the connection's.
class Session final : public Writer {
 public:
  Session(Connection& connection, JobEffects& effects) : connection_(connection), effects_(effects) {}

  std::unique_ptr<Rows> query_values(const Sql& sql, std::span<const Value> values) override;
  std::int64_t run_values(const Sql& sql, std::span<const Value> values) override;
  std::int64_t last_inserted_id() const override { return connection_.last_inserted_id(); }
  void after_commit(std::function<void()> then) override { effects_.after_commit(std::move(then)); }
  void on_undo(std::function<void()> undo) override { effects_.on_undo(std::move(undo)); }
  void publish(std::vector<std::uint64_t> keys) override { effects_.publish(std::move(keys)); }

 private:
  Connection& connection_;
  JobEffects& effects_;
};

}  // namespace sesame::storage
