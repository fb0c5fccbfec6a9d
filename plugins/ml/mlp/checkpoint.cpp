#include "mlp/checkpoint.hpp"

#include <cstdint>
#include <cstring>

#include "tawara/error.hpp"

namespace tawara::mlp {
namespace {

constexpr std::string_view heading = "tawara.mlp.state-1\n";

std::uint64_t digest_of(std::string_view bytes) {
  // Eight bytes at a time: a state may be a gigabyte.
  std::uint64_t value = 14695981039346656037ULL;
  for (std::size_t k = 0; k < bytes.size(); k += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + k, std::min<std::size_t>(8, bytes.size() - k));
    value = (value ^ word) * 1099511628211ULL;
  }
  return value;
}

class Writer {
 public:
  std::string out{heading};
  template <class T>
  void put(T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(std::string_view t) {
    put<std::uint64_t>(t.size());
    out.append(t);
  }
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  template <class T>
  T get() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::size_t size() { return static_cast<std::size_t>(get<std::uint64_t>()); }
  std::string text() { return std::string(take(size())); }
  std::string_view take(std::size_t n) {
    if (n > left_.size()) damaged();
    const std::string_view part = left_.substr(0, n);
    left_.remove_prefix(n);
    return part;
  }
  [[nodiscard]] bool at_end() const { return left_.empty(); }
  [[noreturn]] static void damaged() {
    throw DataError("the saved state of the training is damaged; start afresh without --resume");
  }

 private:
  std::string_view left_;
};

}  // namespace

std::string to_bytes(const Progression& p) {
  Writer w;
  w.put<std::uint64_t>(p.epoch);
  w.put<std::uint64_t>(p.batch);
  w.put(p.loss_sum);
  w.put<std::uint64_t>(p.best_epoch);
  w.put<std::uint8_t>(p.finished);
  w.put<std::uint8_t>(static_cast<std::uint8_t>(p.ending));
  w.put<std::uint64_t>(p.history.size());
  for (const Epoch& e : p.history) w.put(e);
  w.put<std::uint64_t>(p.members.size());
  for (const auto& m : p.members) {
    w.text(m.state);
    w.text(m.best);
    w.put(m.best_MSE);
  }
  w.put(digest_of(w.out));
  return std::move(w.out);
}

Progression read_progression(std::string_view bytes) {
  Reader whole(bytes);
  if (bytes.size() < heading.size() + sizeof(std::uint64_t)) Reader::damaged();
  const std::string_view content = whole.take(bytes.size() - sizeof(std::uint64_t));
  if (!content.starts_with(heading) || whole.get<std::uint64_t>() != digest_of(content)) Reader::damaged();
  Reader r(content.substr(heading.size()));
  Progression p;
  p.epoch = r.size();
  p.batch = r.size();
  p.loss_sum = r.get<double>();
  p.best_epoch = r.size();
  p.finished = r.get<std::uint8_t>() != 0;
  p.ending = static_cast<Ending>(r.get<std::uint8_t>());
  for (std::size_t k = r.size(); k > 0; --k) p.history.push_back(r.get<Epoch>());
  for (std::size_t k = r.size(); k > 0; --k) {
    Progression::Member m;
    m.state = r.text();
    m.best = r.text();
    m.best_MSE = r.get<double>();
    p.members.push_back(std::move(m));
  }
  if (!r.at_end()) Reader::damaged();
  return p;
}

}  // namespace tawara::mlp
