#include "kernel/cli/main.hpp"

int main(int argc, char** argv) { return tawara::run_command_line(argc, argv); }
