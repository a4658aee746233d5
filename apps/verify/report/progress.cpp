#include "apps/verify/report/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace verify {

Progress Progress::on_standard_error() { return {std::cerr, isatty(STDERR_FILENO) != 0}; }

void Progress::show(const std::string& name, std::size_t done, std::size_t total,
                    const std::string& note) const {
  if (out_ == nullptr) return;
  if (done >= total) return clear();
  constexpr std::size_t width = 30;
  const std::size_t filled = width * done / total;
  *out_ << fmt::format("\r\033[K{} [{}{}] {}/{} {}", name, std::string(filled, '#'),
                       std::string(width - filled, '.'), done, total, note)
        << std::flush;
}

void Progress::clear() const {
  if (out_ != nullptr) *out_ << "\r\033[K" << std::flush;
}

}  // namespace verify
