#include <array>
#include <cmath>

#include "autograd/check/page_parts.h"
#include "autograd/check/parts.h"
#include "autograd/check/plot.h"
#include "autograd/check/text.h"

namespace autograd::check::page {
namespace {

std::string paragraph(const std::string& style, const std::string& text) {
  return "<p class=\"" + style + "\">" + text + "</p>\n";
}

std::string headline(Verdict verdict) {
  if (verdict == Verdict::disagree) return "The gradient is wrong";
  return verdict == Verdict::agree ? "The gradient agrees" : "Nobody can tell here";
}

std::string cause(const std::string& where, const Diagnosis& d) {
  std::string out = "<div class=\"cause\">\n";
  out += paragraph("said", "<b>" + escape_html(where) + ":</b> " + escape_html(d.text));
  if (!d.evidence.empty()) out += paragraph("seen", "<b>Seen by:</b> " + escape_html(d.evidence));
  if (!d.fix.empty()) out += paragraph("fix", "<b>What to do:</b> " + escape_html(d.fix));
  return out + "</div>\n";
}

/// The one cause of everything where there is one, otherwise that of each block that disagrees.
std::string causes(const Report& report) {
  if (report.whole) return cause("Everywhere", *report.whole);
  std::string out;
  for (const Diagnosis& d : report.diagnoses) {
    if (d.verdict != Verdict::disagree && d.cause.empty()) continue;
    out += cause(d.block.empty() ? "Everywhere" : d.block, d);
  }
  return out;
}

std::string tile(const std::string& name, const std::string& value) {
  return "<div><dt>" + name + "</dt><dd>" + value + "</dd></div>\n";
}

std::string facts(const Report& report) {
  std::array<std::int64_t, 4> counts{};
  for (const BlockReport& block : report.blocks) {
    for (std::size_t v = 0; v < counts.size(); ++v) counts[v] += block.counts[v];
  }
  const std::int64_t all = counts[0] + counts[1] + counts[2] + counts[3];
  std::string out = "<dl class=\"facts\">\n" + tile("entries", std::to_string(all)) +
                    tile("wrong", std::to_string(counts[3]));
  if (counts[1] > 0) out += tile("at a kink", std::to_string(counts[1]));
  if (counts[2] > 0) out += tile("cannot tell", std::to_string(counts[2]));
  out += tile("loss, computed", readable(report.loss, 6));
  if (report.claimed_loss) out += tile("loss, claimed", readable(*report.claimed_loss, 6));
  return out + "</dl>\n";
}

std::string list(const std::vector<std::string>& texts) {
  std::string out = "<ul>\n";
  for (const std::string& text : texts) out += "<li>" + escape_html(text) + "</li>\n";
  return out + "</ul>\n";
}

std::string parties(const Report& report) {
  std::string text = "The gradient";
  if (!report.claim.empty()) text += " <b>" + escape_html(report.claim) + "</b>";
  text += " against ";
  return text +
         (report.reference.empty() ? "differences of the function" : escape_html(report.reference));
}

std::string counts_of(const BlockReport& block) {
  std::string text;
  for (const Verdict v : {Verdict::agree, Verdict::kink, Verdict::cannot_tell, Verdict::disagree}) {
    if (block.count(v) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(block.count(v)) + " " + to_string(v);
  }
  if (block.not_finite > 0) text += ", " + std::to_string(block.not_finite) + " not finite";
  return text;
}

std::string cell(const std::string& name, const std::string& content) {
  return "<td data-name=\"" + name + "\">" + content + "</td>";
}

std::string tolerances(const Entry& e) {
  const double excess = excess_of(e);
  return std::isfinite(excess) ? readable(excess, 3) : "beyond any";
}

}  // namespace

std::string style_of(Verdict verdict) {
  constexpr std::array names{"agree", "kink", "cannot-tell", "disagree"};
  return names[static_cast<std::size_t>(verdict)];
}

std::string sign(Verdict verdict) {
  // Told apart by outline and stroke, also without colours: disc and tick, triangle, square and
  // question mark, octagon and cross.
  constexpr std::array shapes{
      R"(<circle cx="16" cy="16" r="15"/><path d="M9 17l5 5 9-11"/>)",
      R"(<path class="body" d="M16 2l14 26h-28z"/><path d="M9 24l7-12 7 12"/>)",
      R"(<rect x="2" y="2" width="28" height="28" rx="4"/>)"
      R"(<path d="M11 12a5 5 0 1 1 7 5q-2 1-2 3.5M16 24v1"/>)",
      R"(<path class="body" d="M10 1h12l9 9v12l-9 9h-12l-9-9v-12z"/><path d="M10 10l12 12m0-12l-12 12"/>)"};
  return "<svg class=\"sign " + style_of(verdict) +
         "\" viewBox=\"0 0 32 32\" role=\"img\" "
         "aria-label=\"" +
         to_string(verdict) + "\">" + shapes[static_cast<std::size_t>(verdict)] + "</svg>";
}

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string block_title(const Block& block) {
  std::string text = block.name;
  for (std::size_t axis = 0; axis < block.shape.size(); ++axis) {
    text += (axis == 0 ? " [" : ", ") + std::to_string(block.shape[axis]);
  }
  return block.shape.empty() ? text : text + "]";
}

std::string banner(const Report& report, const std::string& title) {
  std::string out = "<header class=\"card banner " + style_of(report.verdict) + "\">\n";
  out += paragraph("title", escape_html(title));
  out += "<h1>" + sign(report.verdict) + "<span>" + headline(report.verdict) + "</span></h1>\n";
  out += paragraph("parties", parties(report));
  out += causes(report);
  if (report.verdict == Verdict::agree && !report.blocks.empty()) {
    out += paragraph("said", "An entry wrong by more than <b>" +
                                 readable(resolution_of(report), 2) + "</b> would have been seen.");
  }
  if (report.verdict == Verdict::cannot_tell) {
    out += paragraph("said",
                     "Nothing was found wrong, but too many entries drown in the error "
                     "bars of their references to be called right.");
  }
  if (!report.repeatable) {
    out += paragraph("said", "The claim gave another answer when asked a second time.");
  }
  if (!report.findings.empty()) out += list(report.findings);
  return out + facts(report) + "</header>\n";
}

std::string overview(const Report& report) {
  if (report.blocks.empty()) return "";
  std::string out =
      "<section class=\"card\">\n<h2>Block by block</h2>\n<table>\n<thead><tr><th>block</th>"
      "<th>entries</th><th>largest difference</th><th>would have seen</th></tr></thead>\n<tbody>\n";
  for (const BlockReport& b : report.blocks) {
    const std::string at = b.block.entry_name(b.largest_at);
    out +=
        "<tr><th scope=\"row\">" + sign(b.verdict) + " " + escape_html(block_title(b.block)) +
        "</th>" + cell("entries", counts_of(b)) +
        cell("largest difference", readable(b.largest_difference, 2) + " at " + escape_html(at)) +
        cell("would have seen", "more than " + readable(b.resolution, 2)) + "</tr>\n";
  }
  return out + "</tbody>\n</table>\n</section>\n";
}

std::string worst_entries(const BlockReport& block) {
  if (block.worst.empty()) return "";
  std::string out =
      "<table>\n<caption>The entries furthest off</caption>\n<thead><tr><th>entry</th>"
      "<th>claimed</th><th>reference</th><th>off by, in tolerances</th></tr></thead>\n<tbody>\n";
  for (const Entry& e : block.worst) {
    out +=
        "<tr><th scope=\"row\">" + sign(e.verdict) + " " +
        escape_html(block.block.entry_name(e.index)) + "</th>" +
        cell("claimed", readable(e.claimed, 6)) +
        cell("reference", readable(e.reference.value, 6) + " ± " + readable(e.reference.bar, 2)) +
        cell("off by, in tolerances", tolerances(e)) + "</tr>\n";
  }
  return out + "</tbody>\n</table>\n";
}

}  // namespace autograd::check::page
