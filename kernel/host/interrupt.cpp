#include <csignal>

#include "kernel/host/host.hpp"

namespace tawara {
namespace {

volatile std::sig_atomic_t interrupt_flag = 0;

extern "C" void on_interrupt(int signal) {
  interrupt_flag = 1;
  std::signal(signal, SIG_DFL);
}

extern "C" void on_request(int) { interrupt_flag = 1; }

}  // namespace

void install_interrupt_handler() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
}
void install_patient_interrupt_handler() {
  std::signal(SIGINT, on_request);
  std::signal(SIGTERM, on_request);
}
bool interrupted() { return interrupt_flag != 0; }
void interrupt() { interrupt_flag = 1; }

}  // namespace tawara
