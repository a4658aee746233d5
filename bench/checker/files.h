#pragma once

#include <cstdint>
#include <filesystem>

namespace bench {

/// Writes fresh networks with right and with wrong gradients, in float64 and float32, as archives
/// that `verify check` reads, with a JSON file beside each that tells its network: what peers.py
/// gives to other checkers. `networks` right ones a regime and precision, and each listed bug in
/// the nominal regime and with the loss times 1e-4. The folder must be there. Throws
/// autograd::Error where a file cannot be written.
void write_files(const std::filesystem::path& folder, std::int64_t networks);

}  // namespace bench
