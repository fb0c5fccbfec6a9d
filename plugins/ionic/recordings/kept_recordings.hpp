#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/recordings.hpp"

namespace tawara::recordings {

/// What recordings have in common, whatever holds their samples.
struct About {
  Recordings::Signal signal;
  std::vector<double> times;  ///< ms
  std::vector<Recordings::Step> command;
  std::vector<Recordings::Quantity> conditions, varied;
};

/// As files list them: conditions of a population and of its files are equal.
void sort_by_name(std::vector<Recordings::Quantity>& quantities);

class Described : public Recordings {
 public:
  explicit Described(About about) : about_(std::move(about)) {}
  [[nodiscard]] const Signal& signal() const override { return about_.signal; }
  [[nodiscard]] std::span<const double> times() const override { return about_.times; }
  [[nodiscard]] std::span<const Step> command() const override { return about_.command; }
  [[nodiscard]] std::span<const Quantity> conditions() const override { return about_.conditions; }
  [[nodiscard]] std::span<const Quantity> varied() const override { return about_.varied; }

 protected:
  /// @throws Error  there are no such cells, or `out` has another size
  void require_cells(std::size_t first, std::size_t n) const;
  void require_room(std::size_t n, std::span<float> out) const;

 private:
  About about_;
};

/// Recordings in memory.
class KeptRecordings final : public Described {
 public:
  /// @param known    a row per cell  @param samples  cells x times
  KeptRecordings(About about, Table known, std::vector<float> samples);
  [[nodiscard]] std::size_t cells() const override { return known_.rows(); }
  [[nodiscard]] Table known(std::size_t first, std::size_t n) const override;
  void read(std::size_t first, std::size_t n, std::span<float> out) const override;

 private:
  Table known_;
  std::vector<float> samples_;
};

/// A prepared instance that offers recordings.
class OffersRecordings final : public Prepared {
 public:
  explicit OffersRecordings(std::unique_ptr<const Recordings> recordings) : recordings_(std::move(recordings)) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Recordings::ability_name ? recordings_.get() : nullptr;
  }

 private:
  std::unique_ptr<const Recordings> recordings_;
};

}  // namespace tawara::recordings
