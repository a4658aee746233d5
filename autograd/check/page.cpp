#include "autograd/check/page.h"

#include <algorithm>

#include "autograd/check/page_parts.h"
#include "autograd/check/parts.h"
#include "autograd/check/plot.h"
#include "autograd/check/text.h"

namespace autograd::check {
namespace page {
namespace {

/// A block's pictures and table; folded up where it is fine while another block is not.
std::string block_section(const Report& report, const BlockReport& block, const HeatScale& scale) {
  const bool others_worse = std::any_of(report.blocks.begin(), report.blocks.end(),
                                        [](auto& b) { return b.verdict == Verdict::disagree; });
  const bool open = block.verdict != Verdict::agree || !others_worse;
  std::string out = std::string("<details class=\"card block\"") + (open ? " open" : "") +
                    ">\n<summary><h2>" + sign(block.verdict) + " <span>" +
                    escape_html(block_title(block.block)) + "</span></h2></summary>\n";
  const Diagnosis* d = diagnosis_of(report, block);
  if (d != nullptr && !d->text.empty()) out += "<p>" + escape_html(d->text) + "</p>\n";
  out += "<div class=\"figures\">\n" + heat_map(report, block, scale) + scatter(report, block) +
         "</div>\n" + worst_entries(block);
  return out + "</details>\n";
}

std::string unseen(const Report& report) {
  std::string out = "<section class=\"card\">\n<h2>What this check could not see</h2>\n";
  if (report.blind.empty()) {
    out += "<p>No mistake is known that would hide at this point.";
  } else {
    out +=
        "<p>At this point these mistakes would not show; check again at a random point.</p>\n<ul>";
    for (const std::string& text : report.blind) out += "<li>" + escape_html(text) + "</li>\n";
    out += "</ul>\n<p>";
  }
  const double resolution = resolution_of(report);
  if (resolution > 0) {
    out += " Nor would it see an entry that is wrong by less than " + readable(resolution, 2) + ".";
  }
  out += "</p>\n";
  if (!report.reference.empty()) {
    out += "<p><b>Witnesses:</b> " + escape_html(report.reference) + "</p>\n";
  }
  if (report.noise > 0) {
    out += "<p><b>Noise of the function:</b> " + readable(report.noise, 2) + "</p>\n";
  }
  for (const std::string& text : report.left_out) {
    out += "<p><b>Left out for the budget of time:</b> " + escape_html(text) + "</p>\n";
  }
  if (!report.cost.empty()) out += "<p><b>Spent:</b> " + escape_html(report.cost) + "</p>\n";
  return out + "</section>\n";
}

std::string reading() {
  return R"(<details class="card reading">
<summary><h2>How to read this page</h2></summary>
<p>A <b>claim</b> is a gradient that somebody computed. The <b>reference</b> is the same gradient
found another way, each entry with an error <b>bar</b>. A claim may differ from it by a
<b>tolerance</b>: three bars and what rounding may do. An entry <b>disagrees</b> only if it is
further off and stays so when looked at again with other steps.</p>
<p>At a <b>kink</b>, such as the corner of relu, there is no one slope to compare with. An entry
whose bar is wider than itself <b>cannot be told</b> right from wrong.</p>
<p>In a <b>heat map</b> each cell is an entry, or the worst of a few: grey is fine, and the stronger
a colour the more tolerances the entry is off, on a logarithmic scale that all blocks share. A
picture often shows the cause: a wrong row is one unit, a wrong column one input, an even colour a
wrong factor.</p>
<p>In the picture of <b>claim against reference</b> right entries lie on the diagonal. On another
line through 0 all are wrong by one factor; on a horizontal line at 0 they were never
computed; in a cloud they belong to other places.</p>
</details>
)";
}

}  // namespace
}  // namespace page

std::string to_html(const Report& report, const std::string& title) {
  const page::HeatScale scale = page::heat_scale(report);
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
      escape_html(title) + "</title>\n<style>\n" + page::style() + "</style>\n</head>\n<body>\n" +
      page::patterns() + "<main>\n";
  out += page::banner(report, title) + page::overview(report);
  for (const BlockReport& block : report.blocks) out += page::block_section(report, block, scale);
  out += page::step_curve(report) + page::unseen(report) + page::reading();
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace autograd::check
