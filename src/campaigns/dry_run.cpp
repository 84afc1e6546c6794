#include "campaigns/dry_run.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "audience/blocks.hpp"
#include "audience/suppression.hpp"
#include "campaigns/frequency_filter.hpp"
#include "campaigns/open_run.hpp"

namespace sesame::campaigns {

namespace {

constexpr std::size_t kBlocksPerPage = 100;

/// Keeps the recipients whose data are of a kind that breaks mails.
class SampleChooser {
 public:
  void look_at(std::uint64_t number, std::string_view address, std::string_view data) {
    const std::string_view text = data.empty() ? address : data;
    if (!first_.number) first_ = {number, std::string(address), std::string(data)};
    if (text.size() > longest_bytes_) {
      longest_bytes_ = text.size();
      kinds_[kLongest] = {number, std::string(address), std::string(data)};
    }
    if (!kinds_[kEmpty].number && data.find(":\"\"") != data.npos)
      kinds_[kEmpty] = {number, std::string(address), std::string(data)};
    if (kinds_[kEmoji].number && kinds_[kChinese].number && kinds_[kRightToLeft].number) return;
    for (const std::size_t kind : {kEmoji, kChinese, kRightToLeft}) {
      if (!kinds_[kind].number && has(kind, text))
        kinds_[kind] = {number, std::string(address), std::string(data)};
    }
  }

  std::vector<DryRunSample> samples() const {
    constexpr std::array<std::string_view, kKinds> kNames{"longest", "empty", "emoji", "chinese",
                                                          "right_to_left"};
    std::vector<DryRunSample> chosen;
    for (std::size_t kind = 0; kind < kKinds; ++kind) add(chosen, kNames[kind], kinds_[kind]);
    add(chosen, "first", first_);
    if (chosen.size() > kKinds) chosen.resize(kKinds);
    return chosen;
  }

 private:
  struct Seen {
    std::uint64_t number = 0;  // 0: none yet.
    std::string address;
    std::string data;
  };
  static constexpr std::size_t kLongest = 0;
  static constexpr std::size_t kEmpty = 1;
  static constexpr std::size_t kEmoji = 2;
  static constexpr std::size_t kChinese = 3;
  static constexpr std::size_t kRightToLeft = 4;
  static constexpr std::size_t kKinds = 5;

  static void add(std::vector<DryRunSample>& chosen, std::string_view reason, const Seen& seen) {
    const bool known =
        std::ranges::any_of(chosen, [&](const DryRunSample& one) { return one.number == seen.number; });
    if (seen.number != 0 && !known) chosen.push_back({reason, seen.number, seen.address, seen.data});
  }

  /// By the first bytes of UTF-8: four of them beyond the first plane; U+4000 to U+9FFF; Hebrew and Arabic.
  static bool has(std::size_t kind, std::string_view text) {
    return std::ranges::any_of(text, [kind](char c) {
      const auto byte = static_cast<unsigned char>(c);
      if (kind == kEmoji) return byte >= 0xf0;
      if (kind == kChinese) return byte >= 0xe4 && byte <= 0xe9;
      return byte >= 0xd6 && byte <= 0xdb;
    });
  }

  std::size_t longest_bytes_ = 0;
  std::array<Seen, kKinds> kinds_;
  Seen first_;
};

/// Judges recipients in the portions in which a run judges them.
class DryRunner {
 public:
  DryRunner(storage::Reader& reader, const TaskOrder& order, const DryRunRules& rules, std::int64_t now_ms)
      : reader_(reader), order_(order), rules_(rules), now_ms_(now_ms) {
    run_.order = inspect_order(reader, order, rules.tracking);
  }

  Result<DryRun> run(std::uint32_t from, std::uint32_t most) {
    if (run_.order.sender && rules_.quota.limited())
      run_.quota_left = rules_.quota.left(reader_, order_.scope, run_.order.sender->domain, now_ms_);
    if (!run_.order.group) return std::move(run_);
    const auto bound = static_cast<std::uint32_t>(run_.order.group->places);
    const std::uint32_t end = bound - std::min(bound, from) > most ? from + most : bound;
    for (std::uint32_t at = from; at < end;) {
      const auto blocks = audience::list_blocks(reader_, order_.group_id, at, kBlocksPerPage);
      if (blocks.empty()) break;
      for (const audience::BlockRef& ref : blocks) {
        if (at >= end) break;
        const Result<audience::Block> block = audience::load_block(reader_, ref.id);
        if (!block) return block.error();
        const std::uint32_t rows = std::min(block->size(), end - block->first_ordinal());
        judge(*block, at - block->first_ordinal(), rows);
        at = block->first_ordinal() + rows;
      }
    }
    if (end < bound) run_.next = end;
    run_.samples = chooser_.samples();
    return std::move(run_);
  }

 private:
  void judge(const audience::Block& block, std::uint32_t begin, std::uint32_t end) {
    while (begin < end) {
      const std::uint32_t portion = std::min(end, begin + OpenRun::kJudgedTogether);
      std::vector<std::uint32_t> rows;
      std::vector<std::string_view> addresses;
      for (std::uint32_t row = begin; row < portion; ++row) {
        if (block.state(row) == audience::kRowErased) {
          ++run_.counts.erased;
          continue;
        }
        ++run_.counts.recipients;
        if (!block.valid(row)) {
          ++run_.counts.malformed;
        } else {
          rows.push_back(row);
          addresses.push_back(block.address(row));
        }
      }
      count(block, rows, addresses);
      begin = portion;
    }
  }

  void count(const audience::Block& block, std::span<const std::uint32_t> rows,
             std::span<const std::string_view> addresses) {
    if (rows.empty()) return;
    const std::string_view domain = run_.order.sender ? run_.order.sender->domain : std::string_view();
    const std::vector<Verdict> verdicts =
        rules_.filters.ask(reader_, {order_.scope, domain}, addresses, now_ms_);
    const bool complete = run_.order.without_value.empty();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (verdicts[i].withheld()) {
        ++withheld(verdicts[i].send_status);
      } else if (!complete) {
        ++run_.counts.without_value;
      } else {
        ++run_.counts.mailed;
        chooser_.look_at(std::uint64_t{block.first_ordinal()} + rows[i] + 1, addresses[i],
                         block.data(rows[i]));
      }
    }
  }

  std::uint64_t& withheld(int send_status) {
    using audience::Suppression;
    if (send_status == static_cast<int>(Suppression::bounced)) return run_.counts.bounced;
    if (send_status == static_cast<int>(Suppression::blocked)) return run_.counts.blocked;
    if (send_status == static_cast<int>(Suppression::unsubscribed)) return run_.counts.unsubscribed;
    return run_.counts.too_frequent;
  }

  storage::Reader& reader_;
  const TaskOrder& order_;
  const DryRunRules& rules_;
  const std::int64_t now_ms_;
  DryRun run_;
  SampleChooser chooser_;
};

}  // namespace

Result<DryRun> dry_run(storage::Reader& reader, const TaskOrder& order, const DryRunRules& rules,
                       std::uint32_t from, std::uint32_t most, std::int64_t now_ms) {
  return DryRunner(reader, order, rules, now_ms).run(from, most);
}

}  // namespace sesame::campaigns
