#include "campaigns/dry_run.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "audience/blocks.hpp"
#include "audience/errors.hpp"
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

}  // namespace

/// Judges recipients in the portions in which a run judges them.
class DryRunReading::Counting {
 public:
  Counting(std::shared_ptr<const TaskOrder> order, const DryRunRules& rules)
      : order_(std::move(order)), scope_(order_->scope), group_id_(order_->group_id), rules_(rules) {
    run_.template_data = order_->template_data;
  }

  Status advance(storage::Reader& reader, std::uint32_t most, std::int64_t now_ms) {
    now_ms_ = now_ms;
    if (!run_.order) inspect(reader);
    const Inspection& order = *run_.order;
    if (order.sender && rules_.quota.limited())
      run_.quota_left = rules_.quota.left(reader, scope_, order.sender->domain, now_ms);
    const std::uint32_t end = bound_ - next_ > most ? next_ + most : bound_;
    while (next_ < end) {
      const auto blocks = audience::list_blocks(reader, group_id_, next_, kBlocksPerPage);
      if (blocks.empty()) return group_missing();
      for (const audience::BlockRef& ref : blocks) {
        if (next_ >= end) break;
        const Result<audience::Block> block = audience::load_block(reader, ref.id);
        if (!block)
          return block.error().is(audience::errors::kBlockMissing) ? group_missing() : block.error();
        const std::uint32_t rows = std::min(block->size(), end - block->first_ordinal());
        judge(reader, *block, next_ - block->first_ordinal(), rows);
        next_ = block->first_ordinal() + rows;
      }
    }
    run_.complete = next_ >= bound_;
    return Done{};
  }

  DryRun so_far() const {
    DryRun run = run_;
    run.samples = chooser_.samples();
    return run;
  }

 private:
  void inspect(storage::Reader& reader) {
    run_.order = std::make_shared<const Inspection>(inspect_order(reader, *order_, rules_.tracking));
    bound_ = run_.order->group ? static_cast<std::uint32_t>(run_.order->group->places) : 0;
    order_.reset();  // Its attachments may be megabytes.
  }

  Error group_missing() const {
    return Error(audience::errors::kGroupMissing).with("value", std::to_string(group_id_));
  }

  void judge(storage::Reader& reader, const audience::Block& block, std::uint32_t begin, std::uint32_t end) {
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
      count(reader, block, rows, addresses);
      begin = portion;
    }
  }

  void count(storage::Reader& reader, const audience::Block& block, std::span<const std::uint32_t> rows,
             std::span<const std::string_view> addresses) {
    if (rows.empty()) return;
    const std::string_view domain = run_.order->sender ? run_.order->sender->domain : std::string_view();
    const std::vector<Verdict> verdicts = rules_.filters.ask(reader, {scope_, domain}, addresses, now_ms_);
    const bool complete = run_.order->without_value.empty();
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

  std::shared_ptr<const TaskOrder> order_;  // Null behind the first slice.
  const accounts::Scope scope_;
  const std::int64_t group_id_;
  const DryRunRules rules_;
  std::int64_t now_ms_ = 0;  // The time of the slice under way.
  std::uint32_t next_ = 0;
  std::uint32_t bound_ = 0;
  DryRun run_;
  SampleChooser chooser_;
};

DryRunReading::DryRunReading(std::shared_ptr<const TaskOrder> order, const DryRunRules& rules)
    : counting_(std::make_unique<Counting>(std::move(order), rules)) {}

DryRunReading::~DryRunReading() = default;

Status DryRunReading::advance(storage::Reader& reader, std::uint32_t most, std::int64_t now_ms) {
  return counting_->advance(reader, most, now_ms);
}

DryRun DryRunReading::so_far() const { return counting_->so_far(); }

}  // namespace sesame::campaigns
