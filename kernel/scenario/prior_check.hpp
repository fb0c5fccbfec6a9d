#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/scenario/draft.hpp"

namespace tawara::scenario {

inline constexpr const char* prior_example =
    "write it like { path = \"activation.CV_sheet\", uniform = [\"25 cm/s\", \"60 cm/s\"] }";

/// One prior being read. What comes out is the form sdk/src/prior.cpp reads: a record of path, kind, a, b, low, high,
/// step, choices, truth; numbers in the parameter's unit, choices as indices, what does not apply left out.
class PriorCheck {
 public:
  /// @param spread  it lists what differs between the rows of one preparation, so only evaluate parameters will do
  PriorCheck(Draft& draft, const Node& item, std::string path, bool spread)
      : draft_(draft), item_(item), path_(std::move(path)), spread_(spread) {}

  /// The parameter it names, or nothing after a complaint.
  bool find_parameter();
  [[nodiscard]] std::size_t instance() const { return instance_; }
  [[nodiscard]] const Location& path_at() const { return item_.find("path")->at; }
  [[nodiscard]] const std::string& address() const { return *item_.find("path")->as<std::string>(); }

  /// The normalised record, empty after a complaint.
  Value read();

 private:
  void complain(const Location& at, const std::string& where, const std::string& message,
                std::vector<std::string> hints = {}) {
    draft_.problems.error(at, path_ + where + ": " + message, std::move(hints));
  }
  std::optional<std::string> find_kind();
  bool kind_suits_type(const std::string& kind, const Node& node);
  std::optional<double> number(const Node& node, const std::string& where, bool limited, bool difference = false);
  std::optional<std::pair<double, double>> pair(const Node& node, const std::string& where, bool limited, bool spread);
  bool read_span(const std::string& kind, const Node& node);
  bool read_within(const Node& node);
  bool read_normal(const std::string& kind, const Node& node);
  bool read_choice(const Node& node);
  bool read_subset(const Node& node);
  bool read_step(const std::string& kind);
  bool read_truth();
  std::optional<double> one_of(const Node& node, const std::string& where);
  bool few_enough_values(const std::string& kind);
  void set(const char* key, double value) { record_.emplace_back(key, value); }
  [[nodiscard]] double get(const char* key, double otherwise) const;

  Draft& draft_;
  const Node& item_;
  std::string path_;
  bool spread_;
  std::size_t instance_ = 0;
  const Parameter* parameter_ = nullptr;
  Record record_;
  List choices_, truth_;
};

}  // namespace tawara::scenario
