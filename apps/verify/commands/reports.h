#pragma once

#include <filesystem>
#include <string>

#include "autograd/check/report.h"
#include "autograd/check/spending.h"

namespace verify {

/// Writes a report as JSON and as a page, each where its path is not empty. Throws autograd::Error
/// where a file cannot be written; then nothing is left half-written.
void write_reports(const autograd::check::Report& report, const std::string& title,
                   const std::filesystem::path& json, const std::filesystem::path& page);

/// A budget in seconds, with a bar and what is to come on standard error where that is a terminal.
autograd::check::Spending spending_on_terminal(double budget, const std::string& name);

}  // namespace verify
