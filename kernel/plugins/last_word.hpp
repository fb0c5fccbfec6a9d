#pragma once
#include <string>

#include "kernel/plugins/at_work.hpp"

namespace tawara {

/// A signal that ends the process (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) first writes one line to stderr that names
/// the component and the plugin at work, and is then left to its default action. Signals that somebody handles already
/// (a sanitiser, a debugger's agent) are left alone. A component that calls exit() is told of in the same way, and the
/// process then ends with code 4 rather than the component's. Of _exit() nobody hears.
/// @param aloud  false: only the board notes whose work it was; the process that watches this one will say it
void install_last_word(bool aloud);

/// "SIGSEGV"
[[nodiscard]] std::string signal_name(int signal);

/// What is known of a process that a signal ended:
/// "fixture.moody 'patient' (plugin fixture-good 1.2.3) crashed in evaluate: SIGSEGV (invalid memory access)"
[[nodiscard]] std::string crash_words(const WorkBoard& board, int signal);

/// "fixture.moody 'patient' (plugin fixture-good 1.2.3) was in evaluate"; at most three of those at work, "" for none.
[[nodiscard]] std::string work_words(const WorkBoard& board);

}  // namespace tawara
