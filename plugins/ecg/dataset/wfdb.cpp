#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>

#include "recording.hpp"
#include "tawara/error.hpp"
#include "text.hpp"

namespace tawara::ecg {
namespace {

namespace fs = std::filesystem;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// What a header may promise: beyond any recording, yet sums and products of such numbers do not wrap around.
constexpr std::size_t most_signals = 1'000'000, most_samples = 1'000'000'000'000, most_bytes = 1'000'000'000'000'000;

/// One line of a header per signal.
struct Signal {
  std::string file;
  int format = 0;
  std::size_t offset = 0;  ///< bytes before the first sample
  double gain = 200;       ///< units per mV or whatever `unit` says
  double baseline = 0;     ///< raw value of 0 mV
  std::string unit = "mV";
  std::optional<int> checksum;
  std::string name;
};

struct Header {
  double sampling_rate = 250;
  std::optional<std::size_t> n_samples;
  std::size_t n_signals = 0;  ///< as the record line promises
  std::vector<Signal> signals;
};

[[noreturn]] void refuse(const std::string& place, const std::string& what) {
  throw DataError(fmt::format("{}: {}", place, what));
}

/// record[/segments] signals [rate[/counter[(base)]] [samples ...]]
void read_record_line(std::string_view line, const std::string& place, Header& header) {
  const auto word = words(line);
  const auto count = word.size() > 1 ? to_number<std::size_t>(word[1]) : std::nullopt;
  const auto rate = word.size() > 2 ? to_number<double>(word[2].substr(0, word[2].find('/'))) : 250.0;
  const auto samples = word.size() > 3 ? to_number<std::size_t>(word[3]) : std::size_t{0};
  if (!count || !rate || !samples || *count == 0 || *count > most_signals || *samples > most_samples || !(*rate > 0) ||
      std::isinf(*rate))
    refuse(place,
           fmt::format("'{}' is no WFDB record line; expected: name, number of signals, sampling rate in Hz, number "
                       "of samples",
                       trimmed(line).substr(0, 60)));
  if (word[0].find('/') != std::string_view::npos)
    refuse(place, "the record has several segments; read one of its segments instead");
  header.sampling_rate = *rate;
  if (*samples > 0) header.n_samples = *samples;
  header.n_signals = *count;
}

/// format[xN][:skew][+offset]
void read_format(std::string_view text, const std::string& place, Signal& signal) {
  const auto offset = text.find('+');
  if (offset != std::string_view::npos) {
    const auto bytes = to_number<std::size_t>(text.substr(offset + 1));
    if (!bytes || *bytes > most_bytes) refuse(place, fmt::format("'{}' is no byte offset", text.substr(offset + 1)));
    signal.offset = *bytes;
    text = text.substr(0, offset);
  }
  const auto number = text.substr(0, text.find_first_of("x:"));
  const auto format = to_number<int>(number);
  if (!format) refuse(place, fmt::format("'{}' is no WFDB signal format", text));
  if (*format != 16 && *format != 80 && *format != 212)
    refuse(place,
           fmt::format("signal format {} is not read; formats 16, 80 and 212 are. PhysioNet's xform converts, and "
                       "dataset.ecg_biosig reads more",
                       *format));
  if (number.size() != text.size())
    refuse(place,
           fmt::format("'{}': several samples per frame and skewed signals are not read; resample with PhysioNet's "
                       "xform first",
                       text));
  signal.format = *format;
}

/// gain[(baseline)][/units]; returns whether a baseline was given
bool read_gain(std::string_view text, const std::string& place, Signal& signal) {
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) signal.unit = text.substr(slash + 1);
  text = text.substr(0, slash);
  const auto open = text.find('(');
  const auto gain = to_number<double>(text.substr(0, open));
  if (!gain || !std::isfinite(*gain))
    refuse(place, fmt::format("'{}' is no gain; expected gain[(baseline)][/units]", text));
  if (*gain != 0) signal.gain = *gain;  // 0: uncalibrated, for which WFDB assumes 200 per mV
  if (open == std::string_view::npos) return false;
  const auto baseline = to_number<double>(text.substr(open + 1, text.find(')') - open - 1));
  if (!baseline) refuse(place, fmt::format("'{}' has no number between its brackets", text));
  signal.baseline = *baseline;
  return true;
}

/// file format [gain [resolution [zero [first value [checksum [block size [name]]]]]]]
Signal read_signal_line(std::string_view line, const std::string& place) {
  const auto word = words(line);
  if (word.size() < 2)
    refuse(place, fmt::format("'{}' is no WFDB signal line; expected: file, format, gain, ...", trimmed(line)));
  Signal signal;
  signal.file = word[0];
  read_format(word[1], place, signal);
  const bool has_baseline = word.size() > 2 && read_gain(word[2], place, signal);
  if (word.size() > 4) {
    const auto zero = to_number<double>(word[4]);
    if (!zero) refuse(place, fmt::format("'{}' is no ADC zero", word[4]));
    if (!has_baseline) signal.baseline = *zero;
  }
  if (word.size() > 6) signal.checksum = to_number<int>(word[6]);
  if (word.size() > 8) signal.name = trimmed(line.substr(static_cast<std::size_t>(word[8].data() - line.data())));
  return signal;
}

Header read_header(const fs::path& path) {
  std::ifstream in(path);
  if (!in) throw DataError(fmt::format("{}: cannot be opened", path.string()));
  Header header;
  std::size_t number = 0;
  bool has_record = false;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (trimmed(line).empty() || trimmed(line).starts_with('#')) continue;
    const std::string place = fmt::format("{}:{}", path.string(), number);
    if (!has_record) {
      read_record_line(line, place, header);
      has_record = true;
    } else if (header.signals.size() < header.n_signals) {
      header.signals.push_back(read_signal_line(line, place));
    }
  }
  if (!has_record) throw DataError(fmt::format("{}: is empty; expected a WFDB header", path.string()));
  if (header.signals.size() < header.n_signals)
    throw DataError(fmt::format("{}: describes {} signals; its record line promises {}", path.string(),
                                header.signals.size(), header.n_signals));
  return header;
}

/// Bytes of `count` samples.
std::size_t bytes_of(int format, std::size_t count) {
  return format == 16 ? 2 * count : format == 80 ? count : 3 * (count / 2) + 2 * (count % 2);
}

std::size_t samples_in(int format, std::size_t bytes) {
  return format == 16 ? bytes / 2 : format == 80 ? bytes : bytes / 3 * 2 + (bytes % 3 == 2);
}

struct Raw {
  int value;
  bool missing;  ///< the value by which each format marks a gap
};

/// Sample i of a signal file.
Raw raw_sample(int format, const std::uint8_t* bytes, std::size_t i) {
  if (format == 16) {
    const int value = static_cast<std::int16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
    return {value, value == -32768};
  }
  if (format == 80) {
    const int value = bytes[i] - 128;
    return {value, value == -128};
  }
  // 212: two 12-bit samples in three bytes, their high nibbles together in the second.
  const std::uint8_t* b = bytes + i / 2 * 3;
  const int twelve = i % 2 == 0 ? b[0] | (b[1] & 0x0F) << 8 : b[2] | (b[1] & 0xF0) << 4;
  const int value = twelve >= 2048 ? twelve - 4096 : twelve;
  return {value, value == -2048};
}

/// Signals first..last-1 share one file, frame by frame.
void read_signals(const fs::path& folder, const Header& header, std::size_t first, std::size_t last,
                  Recording& recording) {
  const Signal& head = header.signals[first];
  const fs::path path = folder / head.file;
  std::ifstream in(path, std::ios::binary);
  if (!in || !fs::is_regular_file(path))
    throw DataError(fmt::format("{}: cannot be opened (named by {})", path.string(), recording.file));
  const std::vector<char> content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::size_t n_signals = last - first;
  for (std::size_t s = first; s < last; ++s)
    if (header.signals[s].format != head.format)
      throw DataError(fmt::format("{}: signals of one file have formats {} and {}", recording.file, head.format,
                                  header.signals[s].format));

  const std::size_t available = content.size() > head.offset ? content.size() - head.offset : 0;
  const std::size_t n = header.n_samples.value_or(samples_in(head.format, available) / n_signals);
  const std::size_t expected = head.offset + bytes_of(head.format, n * n_signals);
  if (content.size() < expected)
    throw DataError(
        fmt::format("{}: has {} bytes, expected {} ({} signals x {} samples in format {}): the file is truncated",
                    path.string(), content.size(), expected, n_signals, n, head.format));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(content.data()) + head.offset;
  for (std::size_t s = first; s < last; ++s) {
    const Signal& signal = header.signals[s];
    std::vector<double> values(n, missing);
    std::uint32_t sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const Raw raw = raw_sample(signal.format, bytes, j * n_signals + s - first);
      if (!raw.missing) values[j] = (raw.value - signal.baseline) / signal.gain;
      sum += static_cast<std::uint32_t>(raw.value);
    }
    if (signal.checksum && static_cast<std::uint16_t>(sum) != static_cast<std::uint16_t>(*signal.checksum))
      recording.remarks.push_back(
          fmt::format("{}: the checksum of signal {} is {}, the header says {}: is the file damaged?", path.string(),
                      signal.name, static_cast<std::uint16_t>(sum), static_cast<std::uint16_t>(*signal.checksum)));
    recording.names.push_back(signal.name);
    recording.units.push_back(signal.unit);
    recording.signals.push_back(std::move(values));
  }
}

}  // namespace

Recording read_wfdb(const fs::path& header_or_signals) {
  fs::path path = header_or_signals;
  path.replace_extension(".hea");
  const Header header = read_header(path);
  Recording recording;
  recording.file = path.string();
  recording.sampling_rate = header.sampling_rate;
  for (std::size_t first = 0; first < header.signals.size();) {
    std::size_t last = first + 1;
    while (last < header.signals.size() && header.signals[last].file == header.signals[first].file) ++last;
    read_signals(path.parent_path(), header, first, last, recording);
    first = last;
  }
  for (const auto& signal : recording.signals)
    if (signal.size() != recording.signals[0].size())
      throw DataError(fmt::format("{}: its signal files hold {} and {} samples; all must be equally long",
                                  recording.file, recording.signals[0].size(), signal.size()));
  return recording;
}

}  // namespace tawara::ecg
