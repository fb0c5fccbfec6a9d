#pragma once

namespace tawara {

/// The `tawara` command. @returns 0 fine, 1 failed run, 2 command line, 3 scenario, 4 plugin
int run_command_line(int argc, char** argv);

}  // namespace tawara
