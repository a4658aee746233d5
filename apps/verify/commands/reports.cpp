#include "apps/verify/commands/reports.h"

#include <unistd.h>

#include <iostream>

#include "apps/verify/report/file.h"
#include "apps/verify/report/progress.h"
#include "autograd/check/json.h"
#include "autograd/check/page.h"

namespace verify {

void write_reports(const autograd::check::Report& report, const std::string& title,
                   const std::filesystem::path& json, const std::filesystem::path& page) {
  if (!json.empty()) write_whole(json, to_json(report));
  if (!page.empty()) write_whole(page, to_html(report, title));
}

autograd::check::Spending spending_on_terminal(double budget, const std::string& name) {
  autograd::check::Spending spending{.budget = budget};
  const Progress bar = Progress::on_standard_error();
  spending.progress = [bar, name](std::int64_t done, std::int64_t total, const std::string& units) {
    bar.show(name, static_cast<std::size_t>(done), static_cast<std::size_t>(total), units);
  };
  if (isatty(STDERR_FILENO) != 0) {
    spending.announce = [](const std::string& text) { std::cerr << text << '\n'; };
  }
  return spending;
}

}  // namespace verify
