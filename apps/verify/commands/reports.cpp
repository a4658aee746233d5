#include "apps/verify/commands/reports.h"

#include "apps/verify/report/file.h"
#include "autograd/check/json.h"
#include "autograd/check/page.h"

namespace verify {

void write_reports(const autograd::check::Report& report, const std::string& title,
                   const std::filesystem::path& json, const std::filesystem::path& page) {
  if (!json.empty()) write_whole(json, to_json(report));
  if (!page.empty()) write_whole(page, to_html(report, title));
}

}  // namespace verify
