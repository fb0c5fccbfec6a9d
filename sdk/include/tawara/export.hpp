#pragma once
/// Everything a plugin and the kernel share by type lives in one shared library, so that `dynamic_cast`,
/// `catch` and function-local statics see one copy whatever the plugin was built with.
#define TAWARA_EXPORT __attribute__((visibility("default")))
