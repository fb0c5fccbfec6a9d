#include "kernel/host/host.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

#include <atomic>
#include <cstdlib>
#include <exception>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "kernel/cluster/group.hpp"
#include "kernel/host/progress.hpp"
#include "kernel/plugins/at_work.hpp"
#include "kernel/results/array_file.hpp"
#include "kernel/results/files.hpp"
#include "kernel/results/table_file.hpp"
#include "tawara/error.hpp"

namespace tawara {
namespace {

thread_local bool single_thread = false;
constexpr std::size_t most_warnings_remembered = 10'000;

/// This process's share of the machine: among the ranks on it, of what Slurm gave a task, or all.
int processors() {
  if (const int share = Group::get().processors(); share > 0) return share;
  const int all = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const char* task = std::getenv("SLURM_CPUS_PER_TASK");
  const int given = task ? std::atoi(task) : 0;
  return given > 0 ? std::min(given, all) : all;
}

/// What is handed to other threads and back through TBB. Distributions build it without instrumentation, so the thread
/// sanitizer has to be told of the order that it makes.
class HandOver {
 public:
#if defined(__SANITIZE_THREAD__)
  void give() { __tsan_release(this); }
  void take() { __tsan_acquire(this); }
#else
  void give() {}
  void take() {}
#endif
};

}  // namespace

SingleThreadScope::SingleThreadScope() : before_(single_thread) { single_thread = true; }
SingleThreadScope::~SingleThreadScope() { single_thread = before_; }
bool SingleThreadScope::active() { return single_thread; }

struct RunServices::State {
  std::uint64_t seed;
  int threads;
  std::shared_ptr<spdlog::sinks::stderr_color_sink_mt> terminal;
  std::shared_ptr<spdlog::logger> logger;
  /// More threads than cores are a user's right; TBB would use fewer, and print that on the terminal.
  std::optional<tbb::global_control> more_than_cores;
  tbb::task_arena arena;
  std::filesystem::path folder;
  bool resuming = false;
  ChangeScenario change_scenario;
  Division division;
  std::atomic<bool> divided_work = false;
  std::mutex mutex;                                     // guards what follows
  std::map<std::string, std::set<std::size_t>> shards;  // by series, "INSTANCE.NAME"
  std::map<std::string, std::size_t> warnings;          // how often each was given

  State(std::uint64_t s, int n) : seed(s), threads(n), arena(n) {
    if (static_cast<unsigned>(n) > std::thread::hardware_concurrency())
      more_than_cores.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(n));
  }
};

RunServices::RunServices(std::uint64_t seed, int threads) {
  state_ = std::make_unique<State>(seed, threads > 0 ? threads : processors());
  state_->terminal = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  state_->terminal->set_pattern("%^%v%$");
  state_->logger = std::make_shared<spdlog::logger>("tawara", state_->terminal);
  state_->logger->set_level(spdlog::level::debug);
  quiet(false);
}
RunServices::~RunServices() = default;

void RunServices::log_to(const std::filesystem::path& file) {
  if (!Group::get().is_first()) return;
  auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
  sink->set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
  state_->logger->sinks().push_back(std::move(sink));
  state_->logger->flush_on(spdlog::level::info);
}

void RunServices::quiet(bool only_warnings) {
  state_->terminal->set_level(!Group::get().speaks() ? spdlog::level::off
                              : only_warnings        ? spdlog::level::warn
                                                     : spdlog::level::info);
}

void RunServices::mute() { state_->terminal->set_level(spdlog::level::off); }

void RunServices::log(Host::Level level, std::string_view who, std::string_view message) {
  const auto to = level == Host::Level::debug  ? spdlog::level::debug
                  : level == Host::Level::info ? spdlog::level::info
                                               : spdlog::level::warn;
  const std::string prefix = level == Host::Level::warn ? "warning: " : "";
  if (level == Host::Level::warn) {
    const std::lock_guard lock(state_->mutex);
    // Bounded, because texts with numbers in them need never repeat.
    const std::string text = fmt::format("{}\n{}", who, message);
    if (const auto known = state_->warnings.find(text); known != state_->warnings.end()) {
      ++known->second;
      return;
    }
    if (state_->warnings.size() < most_warnings_remembered) state_->warnings.emplace(text, 1);
  }
  state_->logger->log(to, "{}{}{}{}", prefix, who, who.empty() ? "" : ": ", message);
}

void RunServices::sum_up_warnings() {
  std::map<std::string, std::size_t> counted;
  {
    const std::lock_guard lock(state_->mutex);
    counted.swap(state_->warnings);
  }
  for (const auto& [text, count] : counted) {
    const std::size_t end = text.find('\n');
    if (count > 1)
      log(Host::Level::warn, text.substr(0, end), fmt::format("{} ({} times)", text.substr(end + 1), count));
  }
}

std::unique_ptr<Progress> RunServices::progress(std::string_view who, std::string_view what) {
  std::string title(who);
  if (!title.empty() && !what.empty()) title += ": ";
  title += what;
  return make_progress(*this, std::move(title), state_->terminal->level() <= spdlog::level::info);
}

int RunServices::threads() const { return state_->threads; }
std::uint64_t RunServices::seed() const { return state_->seed; }

void RunServices::keep_state_in(const std::filesystem::path& folder, bool resuming) {
  state_->folder = folder;
  state_->resuming = resuming;
}
const std::filesystem::path& RunServices::folder() const { return state_->folder; }

bool RunServices::can_change_scenario() const { return static_cast<bool>(state_->change_scenario); }
void RunServices::change_scenario_with(ChangeScenario change) { state_->change_scenario = std::move(change); }
std::string RunServices::changed_scenario(const std::vector<std::string>& sets) const {
  return state_->change_scenario(sets);
}

void RunServices::note_shard(const std::string& series, std::size_t index) {
  const std::lock_guard lock(state_->mutex);
  state_->shards[series].insert(index);
}
std::map<std::string, std::set<std::size_t>> RunServices::shards() const {
  const std::lock_guard lock(state_->mutex);
  return state_->shards;
}

void RunServices::divide(const Division& division) { state_->division = division; }
const Division& RunServices::division() const { return state_->division; }
void RunServices::note_divided_work() { state_->divided_work = true; }
bool RunServices::has_divided_work() const { return state_->divided_work; }

void RunServices::save_state(const std::string& instance, std::string_view bytes) {
  if (state_->folder.empty() || !Group::get().is_first()) return;
  write_whole(state_->folder / (instance + ".state"), bytes);
}

std::optional<std::string> RunServices::load_state(const std::string& instance) const {
  if (!state_->resuming) return std::nullopt;
  const auto file = state_->folder / (instance + ".state");
  if (!std::filesystem::exists(file)) return std::nullopt;
  return read_whole(file);
}

// The exception of the lowest index is the one rethrown, so that what the user sees does not depend on timing.
void RunServices::parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) {
  if (single_thread || state_->threads == 1 || n < 2) {
    for (std::size_t i = 0; i < n; ++i) body(i);
    return;
  }
  std::mutex mutex;
  std::size_t failed_at = std::numeric_limits<std::size_t>::max();
  std::exception_ptr failure;
  const WorkNote work = AtWork::now();
  HandOver to_workers, to_caller;
  to_workers.give();
  state_->arena.execute([&] {
    // Isolated: a thread waiting here must not pick up unrelated work that may wait for us.
    tbb::this_task_arena::isolate([&] {
      tbb::parallel_for(
          tbb::blocked_range<std::size_t>(0, n, 1),
          [&](const tbb::blocked_range<std::size_t>& range) {
            to_workers.take();
            const SingleThreadScope scope;
            const AtWork callers(work);
            for (std::size_t i = range.begin(); i < range.end(); ++i) {
              try {
                body(i);
              } catch (...) {
                const std::lock_guard lock(mutex);
                if (i < failed_at) {
                  failed_at = i;
                  failure = std::current_exception();
                }
              }
            }
            to_caller.give();
          },
          tbb::simple_partitioner{});
    });
  });
  to_caller.take();
  if (failure) std::rethrow_exception(failure);
}

InstanceHost::InstanceHost(RunServices& services, std::string instance, Rights rights)
    : services_(services), instance_(std::move(instance)), may_draw_(rights.draw) {
  if (rights.results_key.empty() || services.folder().empty()) return;
  shards_.emplace(services, services.folder(), instance_, std::move(rights.results_key));
  if (!services.division().whole() || !Group::get().alone()) shard_work_.emplace(services, *shards_, instance_);
  products_.emplace(services.folder(), instance_);
  if (services.can_change_scenario() && Group::get().is_first())
    replay_.emplace(services, services.folder(), instance_);
}

void InstanceHost::log(Level level, std::string_view message) { services_.log(level, instance_, message); }
std::unique_ptr<Progress> InstanceHost::progress(std::string_view what) { return services_.progress(instance_, what); }
bool InstanceHost::cancelled() const { return interrupted(); }
int InstanceHost::threads() const { return SingleThreadScope::active() ? 1 : services_.threads(); }
void InstanceHost::parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) {
  services_.parallel_for(n, body);
}

Random InstanceHost::random(std::string_view purpose, std::uint64_t a, std::uint64_t b) const {
  if (!may_draw_) throw Error("a cacheable component may not draw random numbers while it is prepared");
  return Random(services_.seed(), instance_ + "/" + std::string(purpose), a, b);
}

void InstanceHost::save_state(std::string_view bytes) { services_.save_state(instance_, bytes); }
std::optional<std::string> InstanceHost::load_state() { return services_.load_state(instance_); }

// Pointers to exactly the interface: the caller casts from void.
void* InstanceHost::service(std::string_view name) {
  if (name == Shards::service_name && shards_) return static_cast<Shards*>(&*shards_);
  if (name == ShardWork::service_name && shard_work_) return static_cast<ShardWork*>(&*shard_work_);
  if (name == Replay::service_name && replay_) return static_cast<Replay*>(&*replay_);
  if (name == Products::service_name && products_) return static_cast<Products*>(&*products_);
  if (name == TableFiles::service_name) return &table_files();
  if (name == ArrayFiles::service_name) return &array_files();
  return nullptr;
}

}  // namespace tawara
