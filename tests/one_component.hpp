#pragma once
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tawara/array_files.hpp"
#include "tawara/component.hpp"
#include "tawara/shards.hpp"
#include "tawara/simulator.hpp"
#include "tawara/table_files.hpp"

/// Just enough of a kernel for one component: `OneComponent<PseudoEcg> it; it.set("precision", "double").fill("source",
/// TestInput("twin").with("LAT", array)).prepare();`, then `it.constants`, `it.tables` and `it.evaluate("leads")`.
/// TestHost keeps what it is told; TestBatch is for tests of several rows at once.

class TestHost : public tawara::Host {
 public:
  /// What a component wrote as shards, and what a resumed run finds of them.
  struct TestShards : tawara::Shards {
    std::map<std::pair<std::string, std::size_t>, tawara::Table> tables;
    std::map<std::pair<std::string, std::size_t>, std::vector<NamedArray>> arrays;
    std::string full;                                                    ///< not empty: the disk is
    std::shared_ptr<std::mutex> mutex = std::make_shared<std::mutex>();  // shared, so that it can be moved
    bool has(std::string_view name, std::size_t i) const override {
      const std::lock_guard lock(*mutex);
      return tables.contains({std::string(name), i});
    }
    void write(std::string_view name, std::size_t i, const tawara::Table& t,
               std::span<const NamedArray> more) override {
      const std::lock_guard lock(*mutex);
      if (!full.empty()) throw tawara::DataError(full);
      tables[{std::string(name), i}] = t;
      arrays[{std::string(name), i}].assign(more.begin(), more.end());
    }
    tawara::Table read(std::string_view name, std::size_t i) const override {
      const std::lock_guard lock(*mutex);
      const auto found = tables.find({std::string(name), i});
      if (found == tables.end()) throw tawara::DataError("no such shard");
      return found->second;
    }
    std::filesystem::path file(std::string_view name, std::size_t i) const override {
      return std::string(name) + "." + std::to_string(i) + ".h5";
    }
  };
  struct TestReplay : tawara::Replay {
    std::map<std::string, std::vector<std::pair<std::string, tawara::Value>>> written;  ///< changes by name
    void write(std::string_view name, std::span<const std::pair<std::string, tawara::Value>> changes) override {
      written[std::string(name)].assign(changes.begin(), changes.end());
    }
  };
  /// Files that a component may read tables from; its own shards are among them.
  struct TestTableFiles : tawara::TableFiles {
    std::map<std::string, tawara::Table> tables;
    const TestShards* shards = nullptr;
    tawara::Table read(const std::filesystem::path& file) const override {
      for (const auto& [at, table] : shards->tables)
        if (shards->file(at.first, at.second) == file) return table;
      const auto found = tables.find(file.string());
      if (found == tables.end()) throw tawara::DataError("no such file: " + file.string());
      return found->second;
    }
  };
  /// Files that a component may read arrays from; likewise. A series is what files' names begin with.
  struct TestArrayFiles : tawara::ArrayFiles {
    std::map<std::string, std::vector<tawara::Shards::NamedArray>> arrays;
    const TestShards* shards = nullptr;
    std::vector<Dataset> list(const std::filesystem::path& file) const override {
      std::vector<Dataset> datasets;
      for (const auto& array : in(file))
        datasets.push_back({array.name, array.unit, array.values.shape(), /*numbers=*/true});
      return datasets;
    }
    tawara::Shards::NamedArray read(const std::filesystem::path& file, std::string_view name) const override {
      for (const auto& array : in(file))
        if (array.name == name) return array;
      throw tawara::DataError(file.string() + " holds no array '" + std::string(name) + "'");
    }
    std::vector<std::filesystem::path> series(const std::filesystem::path& begins_with) const override {
      std::vector<std::filesystem::path> files;
      for (const auto& [file, content] : arrays)
        if (file.starts_with(begins_with.string())) files.emplace_back(file);
      if (files.empty()) throw tawara::DataError("no such file: " + begins_with.string());
      return files;
    }

   private:
    std::vector<tawara::Shards::NamedArray> in(const std::filesystem::path& file) const {
      for (const auto& [at, content] : shards->arrays)
        if (shards->file(at.first, at.second) == file) return content;
      const auto found = arrays.find(file.string());
      if (found == arrays.end()) throw tawara::DataError("no such file: " + file.string());
      return found->second;
    }
  };
  TestShards shards;
  TestTableFiles table_files;
  TestArrayFiles array_files;
  TestReplay replay;
  bool has_services = true;  ///< false: as in a dry run
  std::uint64_t seed = 1;
  std::vector<std::string> messages;                  ///< of every level
  std::vector<std::string> warnings;                  ///< the warnings among them
  std::optional<std::string> state;                   ///< what a resumed run finds
  std::vector<std::string> saved;                     ///< every state that was saved
  std::function<bool()> stop = [] { return false; };  ///< stands in for Ctrl-C

  [[nodiscard]] bool said(std::string_view text) const {
    for (const auto& message : messages)
      if (message.find(text) != std::string::npos) return true;
    return false;
  }

  void log(Level level, std::string_view message) override {
    messages.emplace_back(message);
    if (level == Level::warn) warnings.emplace_back(message);
  }
  std::unique_ptr<tawara::Progress> progress(std::string_view) override {
    struct Silent : tawara::Progress {
      void update(double, double, std::string_view) override {}
    };
    return std::make_unique<Silent>();
  }
  bool cancelled() const override { return stop(); }
  int threads() const override { return 1; }
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) override {
    for (std::size_t i = 0; i < n; ++i) body(i);
  }
  tawara::Random random(std::string_view purpose, std::uint64_t a, std::uint64_t b) const override {
    return {seed, "it/" + std::string(purpose), a, b};
  }
  void* service(std::string_view name) override {
    if (has_services && name == tawara::Shards::service_name) return static_cast<tawara::Shards*>(&shards);
    table_files.shards = array_files.shards = &shards;
    if (name == tawara::TableFiles::service_name) return static_cast<tawara::TableFiles*>(&table_files);
    if (name == tawara::ArrayFiles::service_name) return static_cast<tawara::ArrayFiles*>(&array_files);
    if (has_services && name == tawara::Replay::service_name) return static_cast<tawara::Replay*>(&replay);
    return nullptr;
  }
  void save_state(std::string_view bytes) override { saved.emplace_back(bytes); }
  std::optional<std::string> load_state() override { return state; }
};

/// What fills a slot: outputs by name, constant or evaluated alike.
class TestInput : public tawara::Input {
 public:
  std::string name;
  tawara::Descriptor what{"test.source"};  ///< declares what `with` adds; set it where constants, units or order matter
  std::map<std::string, tawara::Array, std::less<>> arrays;
  std::map<std::string, tawara::Table, std::less<>> tables;
  std::shared_ptr<const tawara::Prepared> ready;  ///< what it was prepared to
  std::vector<double> values;                     ///< its evaluate parameters
  std::vector<ColumnArgument> from_columns;       ///< which of them a population's column gives
  std::shared_ptr<const tawara::Settings> set;
  mutable tawara::Settings of_what;

  explicit TestInput(std::string instance) : name(std::move(instance)) {}
  TestInput& with(const std::string& output, tawara::Array value) {
    if (what.output_index(output) < 0) what.output(output, "1");
    arrays[output] = std::move(value);
    return *this;
  }
  TestInput& with(const std::string& output, tawara::Table value) {
    if (what.output_index(output) < 0) what.output_table(output);
    tables[output] = std::move(value);
    return *this;
  }

  const std::string& instance() const override { return name; }
  const tawara::Descriptor& descriptor() const override { return what; }
  /// Without any: the defaults of `what`.
  const tawara::Settings& settings() const override {
    if (!set) {
      std::vector<tawara::Value> defaults;
      for (const auto& p : what.parameters) defaults.push_back(p.default_value);
      of_what = tawara::Settings(name, &what, std::move(defaults));
    }
    return set ? *set : of_what;
  }
  const tawara::Array& array(std::string_view output) const override { return found(arrays, output); }
  const tawara::Table& table(std::string_view output) const override { return found(tables, output); }
  bool has(std::string_view output) const override { return arrays.contains(output) || tables.contains(output); }
  const tawara::Prepared& prepared() const override {
    return ready ? *ready : throw tawara::Error("'" + name + "' is not prepared");
  }
  std::span<const double> arguments() const override { return values; }
  std::span<const ColumnArgument> columns() const override { return from_columns; }

 private:
  template <class T>
  const T& found(const std::map<std::string, T, std::less<>>& outputs, std::string_view output) const {
    const auto entry = outputs.find(output);
    if (entry == outputs.end()) throw tawara::Error("'" + name + "' has no output " + std::string(output));
    return entry->second;
  }
};

using TestInputs = std::map<std::string, TestInput, std::less<>>;  ///< by slot

/// Rows on their way through a component. All have the arguments of the settings and, but for `inputs`, what the slots
/// give.
class TestBatch : public tawara::Batch {
 public:
  std::map<int, std::map<int, std::vector<tawara::Array>>> inputs;  ///< [slot][output][row], where rows differ
  std::vector<double> limits;
  std::vector<std::string> status;  ///< "ok", "abandoned", or "cause: text"
  std::vector<std::vector<tawara::Array>> outputs;
  std::vector<std::vector<tawara::Table>> tables;
  std::vector<std::pair<int, int>> asked;  ///< (slot, output) in the order of asking

  TestBatch(const tawara::Settings& settings, const TestInputs& slots, TestHost& host, tawara::Workspace* workspace,
            std::size_t rows)
      : limits(rows, std::numeric_limits<double>::infinity()),
        outputs(rows, std::vector<tawara::Array>(settings.descriptor().outputs.size())),
        tables(rows, std::vector<tawara::Table>(settings.descriptor().outputs.size())),
        settings_(settings),
        slots_(slots),
        host_(host),
        workspace_(workspace) {
    status.resize(rows);
    restart();
  }
  /// Every row as good as new, with the arguments the settings have by now.
  void restart() {
    for (auto& s : status) s = "ok";
    arguments_.clear();
    for (const auto& value : settings_.values()) arguments_.push_back(numbers(value));
  }

  int rows() const override { return static_cast<int>(status.size()); }
  bool active(int row) const override { return status.at(index(row)) == "ok"; }
  std::span<const double> argument(int, int parameter) const override { return arguments_.at(index(parameter)); }
  std::span<const double> arguments_of(int, int, int) const override { return {}; }
  const tawara::Array& input(int row, int slot, int, int output) override {
    asked.emplace_back(slot, output);
    if (inputs.contains(slot) && inputs[slot].contains(output)) return inputs[slot][output].at(index(row));
    return source(slot, 0).array(source(slot, 0).descriptor().outputs.at(index(output)).name);
  }
  const tawara::Table& input_table(int, int slot, int, int output) override {
    return source(slot, 0).table(source(slot, 0).descriptor().outputs.at(index(output)).name);
  }
  const tawara::Input& source(int slot, int) const override { return slots_.find(slot_name(slot))->second; }
  int count(int slot) const override { return static_cast<int>(slots_.count(slot_name(slot))); }
  tawara::Array& output(int row, int o) override { return outputs.at(index(row)).at(index(o)); }
  tawara::Table& output_table(int row, int o) override { return tables.at(index(row)).at(index(o)); }
  void fail(int row, std::string_view cause, std::string_view text) override {
    status.at(index(row)) = std::string(cause) + ": " + std::string(text);
  }
  double limit(int row) const override { return limits.at(index(row)); }
  void abandon(int row) override { status.at(index(row)) = "abandoned"; }
  tawara::Workspace* workspace() const override { return workspace_; }
  tawara::Host& host() const override { return host_; }
  const tawara::Descriptor& descriptor() const override { return settings_.descriptor(); }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  const std::string& slot_name(int slot) const { return descriptor().slots.at(index(slot)).name; }
  static std::vector<double> numbers(const tawara::Value& value) {
    std::vector<double> result;
    if (value.is_number()) result.push_back(value.number());
    if (value.is<bool>()) result.push_back(value.boolean());
    if (value.is<tawara::List>())
      for (const auto& element : value.list())
        if (element.is_number()) result.push_back(element.number());
    return result;
  }

  const tawara::Settings& settings_;
  const TestInputs& slots_;
  TestHost& host_;
  tawara::Workspace* workspace_;
  std::vector<std::vector<double>> arguments_;  // by parameter
};

/// An instance "it" of C, all parameters at their defaults until set. Do not move it once prepared and evaluated.
template <class C>
class OneComponent : public tawara::PrepareContext {
 public:
  TestInputs inputs;
  std::size_t which_alternative = 0;       ///< of every slot
  tawara::Simulator* simulated = nullptr;  ///< serves the slots a sampler simulates
  std::vector<tawara::PathInfo> spread;    ///< what the priors of slots that spread vary
  std::map<std::string, tawara::Array, std::less<>> constants;
  std::map<std::string, tawara::Table, std::less<>> tables;
  std::unique_ptr<const tawara::Prepared> prepared;
  std::string failure;  ///< of the last evaluation: "cause: text", or ""

  OneComponent() {
    std::vector<tawara::Value> values;
    for (const auto& p : descriptor().parameters) values.push_back(p.default_value);
    settings_ = tawara::Settings("it", &descriptor(), std::move(values));
  }
  static const tawara::Descriptor& descriptor() {
    static const tawara::Descriptor d = C::describe();
    return d;
  }
  OneComponent& set(std::string_view parameter, tawara::Value value) {
    auto values = settings_.values();
    values.at(static_cast<std::size_t>(descriptor().parameter_index(parameter))) = std::move(value);
    settings_ = tawara::Settings("it", &descriptor(), std::move(values));
    return *this;
  }
  OneComponent& fill(const std::string& slot, TestInput input) {
    inputs.insert_or_assign(slot, std::move(input));
    return *this;
  }
  OneComponent& prepare() {
    row_.reset();
    constants.clear();
    tables.clear();
    prepared = C(settings_).prepare(*this);
    workspace_ = prepared ? prepared->workspace() : nullptr;
    return *this;
  }
  /// Rows to give to `prepared` by hand.
  TestBatch batch(std::size_t rows) { return {settings_, inputs, host_, workspace_.get(), rows}; }
  /// An evaluated output, of one row. Its storage is kept between evaluations, as in a run.
  const tawara::Array& evaluate(std::string_view output) {
    if (row_)
      row_->restart();
    else
      row_ = std::make_unique<TestBatch>(batch(1));
    const auto o = static_cast<std::size_t>(descriptor().output_index(output));
    tawara::Row row(*row_, 0);
    prepared->evaluate(descriptor().outputs.at(o).group, row);
    failure = row_->status[0] == "ok" ? "" : row_->status[0];
    return row_->outputs[0][o];
  }
  /// The same as numbers; none when the row failed.
  std::vector<double> numbers(std::string_view output) {
    const tawara::Array& array = evaluate(output);
    std::vector<double> result;
    for (std::size_t i = 0; failure.empty() && i < array.size(); ++i) result.push_back(array.at(i));
    return result;
  }
  /// A constant scalar.
  [[nodiscard]] double number(const std::string& name) const { return constants.at(name).number(); }

  const tawara::Settings& settings() const override { return settings_; }
  TestHost& host() const override { return host_; }
  std::size_t count(std::string_view slot) const override { return inputs.count(slot); }
  const tawara::Input& input(std::string_view slot, std::size_t) const override { return inputs.find(slot)->second; }
  std::size_t alternative(std::string_view, std::size_t) const override { return which_alternative; }
  void put(std::string_view name, tawara::Array value) override { constants[std::string(name)] = std::move(value); }
  void put(std::string_view name, tawara::Table value) override { tables[std::string(name)] = std::move(value); }
  tawara::Simulator& simulator(std::string_view) const override { return *simulated; }
  std::vector<tawara::PathInfo> spread_paths(std::string_view) const override { return spread; }

 private:
  mutable TestHost host_;
  tawara::Settings settings_;
  std::unique_ptr<tawara::Workspace> workspace_;
  std::unique_ptr<TestBatch> row_;
};
