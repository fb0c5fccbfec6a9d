#include "protocols/quiet.hpp"

namespace tawara::protocols {
namespace {

class PreparedQuiet final : public Prepared, public Protocol {
 public:
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Protocol::ability_name ? static_cast<const Protocol*>(this) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<Drive> drive(const IonicModel::Stimulus&) const override {
    return std::make_unique<QuietDrive>();
  }
};

}  // namespace

Descriptor Quiet::describe() {
  Descriptor d("protocol.quiet", "No stimulus: the cell is left alone");
  d.doc =
      "For cells that beat by themselves, and for rest. There is one beat and it never ends, so the experiment has to "
      "say how long it watches.";
  d.maturity = Maturity::stable;
  return d;
}

std::unique_ptr<const Prepared> Quiet::prepare(PrepareContext&) const { return std::make_unique<PreparedQuiet>(); }

}  // namespace tawara::protocols
