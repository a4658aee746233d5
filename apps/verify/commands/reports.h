#pragma once

#include <filesystem>
#include <string>

#include "autograd/check/report.h"

namespace verify {

/// Writes a report as JSON and as a page, each where its path is not empty. Throws autograd::Error
/// where a file cannot be written; then nothing is left half-written.
void write_reports(const autograd::check::Report& report, const std::string& title,
                   const std::filesystem::path& json, const std::filesystem::path& page);

}  // namespace verify
