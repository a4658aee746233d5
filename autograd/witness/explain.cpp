#include "autograd/witness/explain.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autograd/check/text.h"

namespace autograd::check {
namespace {

constexpr double times_allowed = 4;  // tolerances within which a cause must explain a claim
// Times that from the truth, below which no cause is looked for.
constexpr double clearly_wrong = 5;

std::size_t begin_of(const Block& block) { return static_cast<std::size_t>(block.offset); }
std::size_t end_of(const Block& block) {
  return static_cast<std::size_t>(block.offset + block.count());
}

double norm(std::span<const double> numbers) {
  double squares = 0;
  for (const double x : numbers) squares += x * x;
  return std::sqrt(squares);
}

Case case_of(const Report& report, const Anatomy& anatomy, std::span<const Block> blocks,
             std::span<const double> point, double epsilon) {
  Case c{anatomy, blocks, report.entries, point, {}, {}, epsilon};
  for (const Entry& e : report.entries) {
    c.claimed.push_back(e.claimed);
    c.reference.push_back(e.reference.value);
  }
  return c;
}

std::vector<Block> blocks_of(const Report& report) {
  std::vector<Block> blocks;
  for (const BlockReport& b : report.blocks) blocks.push_back(b.block);
  return blocks;
}

// A parameter and how far the gradient it leads to is from the claim.
struct Fit {
  double parameter = 0;
  double distance = std::numeric_limits<double>::infinity();
};

double distance(std::span<const double> a, std::span<const double> b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(squares);
}

// The parameter with which a mistake's gradient comes closest to the claim, by Gauss and Newton.
Fit fitted_from(double start, const Case& c, const Mutant& mutant) {
  Fit best;
  double s = start;
  for (int round = 0; round < 12; ++round) {
    const double step = 1e-5 * std::max(std::abs(s), 1e-3 * std::abs(start));
    const std::vector<double> here = mutant.gradient(s), there = mutant.gradient(s + step);
    const double away = distance(here, c.claimed);
    if (away < best.distance) best = {s, away};
    double rise = 0, square = 0;
    for (std::size_t i = 0; i < here.size(); ++i) {
      const double slope = (there[i] - here[i]) / step;
      rise += slope * (c.claimed[i] - here[i]);
      square += slope * slope;
    }
    const double move = rise / square;
    if (!(square > 0) || !std::isfinite(move)) break;
    s += move;
    if (std::abs(move) <= 1e-13 * std::abs(s)) break;
  }
  return best;
}

// From several starts, for a gradient with kinks can lead astray.
std::optional<double> fitted(const Case& c, const Mutant& mutant) {
  Fit best;
  const double near = 1e-9 * norm(c.reference);
  for (const double times : {1.0, 0.1, 10.0, 0.01}) {
    const Fit fit = fitted_from(times * *mutant.start, c, mutant);
    if (fit.distance < best.distance) best = fit;
    if (best.distance <= near) break;
  }
  return std::isfinite(best.distance) ? std::optional(best.parameter) : std::nullopt;
}

bool matches_everywhere(const Case& c, std::span<const double> gradient) {
  return std::all_of(c.blocks.begin(), c.blocks.end(),
                     [&](const Block& block) { return c.matches(block, gradient); });
}

Explanation explanation_of(const Case& c, const Mutant& mutant) {
  Explanation e{mutant.cause, mutant.text, mutant.fix, {}, {}, {}};
  if (!mutant.start) {
    e.gradient = mutant.gradient(0);
    return e;
  }
  const std::optional<double> s = fitted(c, mutant);
  if (!s || matches_everywhere(c, mutant.gradient(0))) return e;  // then it takes no parameter
  e.gradient = mutant.gradient(*s);
  if (const auto hole = e.text.find("{}"); hole != std::string::npos) {
    e.text.replace(hole, 2, number(*s, 4));
  }
  return e;
}

bool speaks_of(const Explanation& e, std::size_t block) {
  return !e.gradient.empty() && (e.speaks.empty() || e.speaks[block]);
}

// How many tolerances the worst entry of a block is off.
double excess_of(const Case& c, const Block& block) {
  double worst = 0;
  for (std::size_t i = begin_of(block); i < end_of(block); ++i) {
    const Entry& e = c.entries[i];
    if (e.verdict == Verdict::disagree) worst = std::max(worst, e.difference / c.room(i, 1));
  }
  return worst;
}

void add_distinct(std::vector<const Explanation*>& list, const Explanation& e) {
  const auto same = [&](const Explanation* other) { return other->cause == e.cause; };
  if (std::none_of(list.begin(), list.end(), same)) list.push_back(&e);
}

std::string as_if(const Explanation& e) { return "the gradient is as if " + e.text; }

// A diagnosis that names explanations which cannot be told apart.
void name(Diagnosis& d, const std::vector<const Explanation*>& found, bool keep_own) {
  std::vector<std::string> causes, texts;
  for (const Explanation* e : found) {
    causes.push_back(e->cause);
    texts.push_back(as_if(*e));
  }
  if (keep_own) {
    causes.insert(causes.end(), d.ties.begin(), d.ties.end());
    if (d.ties.empty()) causes.push_back(d.cause);
    texts.push_back(d.text);
  }
  d.fix = found.front()->fix;
  d.evidence = found.front()->evidence;
  d.text = texts.front();
  for (std::size_t i = 1; i < texts.size(); ++i) d.text += ", or " + texts[i];
  d.cause = causes.size() == 1 ? causes.front() : "ambiguous";
  if (causes.size() > 1) {
    d.ties = causes;
    d.text += "; these cannot be told apart here";
  }
}

bool has_cause(const Diagnosis& d) {
  return !d.cause.empty() && d.cause != "unknown" && d.cause != "few_entries";
}

std::vector<Explanation> all_explanations(const Case& c) {
  std::vector<Explanation> all;
  for (const Mutant& mutant : mutants_of(c.anatomy, c.blocks, c.claimed)) {
    all.push_back(explanation_of(c, mutant));
  }
  add_sums(c, all);
  add_products(c, all);
  add_patterns(c, all);
  return all;
}

// Explanations of the claim as a whole: every block is as they say.
std::vector<const Explanation*> of_everything(const Case& c, std::span<const Explanation> all) {
  std::vector<const Explanation*> found;
  for (const Explanation& e : all) {
    bool fits = true;
    for (std::size_t b = 0; b < c.blocks.size() && fits; ++b) {
      fits = speaks_of(e, b) ? c.matches(c.blocks[b], e.gradient, e.tolerances)
                             : c.matches(c.blocks[b], c.reference);
    }
    if (fits) add_distinct(found, e);
  }
  return found;
}

std::vector<const Explanation*> of_block(const Case& c, std::size_t block,
                                         std::span<const Explanation> all) {
  std::vector<const Explanation*> found;
  for (const Explanation& e : all) {
    if (speaks_of(e, block) && c.matches(c.blocks[block], e.gradient, e.tolerances))
      add_distinct(found, e);
  }
  return found;
}

// One factor in every block that has a gradient at all.
void find_common_factor(Report& report) {
  const Diagnosis* first = nullptr;
  for (std::size_t b = 0; b < report.blocks.size(); ++b) {
    if (report.blocks[b].largest_reference == 0) continue;
    const Diagnosis& d = report.diagnoses[b];
    if (!has_cause(d)) return;
    if (first != nullptr && (d.cause != first->cause || d.text != first->text)) return;
    first = &d;
  }
  if (first == nullptr) return;
  report.whole = *first;
  report.whole->block.clear();
}

// A handful of entries in the whole claim, however small their blocks.
void find_few_entries(Report& report) {
  std::int64_t wrong = 0;
  for (const BlockReport& b : report.blocks) wrong += b.count(Verdict::disagree);
  if (wrong > 3 || 4 * wrong > static_cast<std::int64_t>(report.entries.size())) return;
  for (std::size_t b = 0; b < report.blocks.size(); ++b) {
    Diagnosis& d = report.diagnoses[b];
    if (d.cause != "unknown") continue;
    d.cause = "few_entries";
    const Entry& e = report.entries[static_cast<std::size_t>(report.blocks[b].largest_at)];
    d.text = "wrong in " + std::to_string(report.blocks[b].count(Verdict::disagree)) + " of " +
             std::to_string(report.blocks[b].block.count()) + " entries; largest difference at " +
             report.blocks[b].block.entry_name(e.index);
  }
}

bool any_not_finite(const Report& report) {
  return std::any_of(report.blocks.begin(), report.blocks.end(),
                     [](const BlockReport& b) { return b.not_finite > 0; });
}

void search(Report& report, const Case& c) {
  const std::vector<Explanation> all = all_explanations(c);
  const std::vector<const Explanation*> whole = of_everything(c, all);
  for (std::size_t b = 0; b < c.blocks.size(); ++b) {
    Diagnosis& d = report.diagnoses[b];
    if (d.verdict != Verdict::disagree || excess_of(c, c.blocks[b]) < clearly_wrong) continue;
    std::vector<const Explanation*> found = whole;
    if (whole.empty() && !has_cause(d)) found = of_block(c, b, all);
    std::erase_if(found, [&](const Explanation* e) {
      return !speaks_of(*e, b) || !c.matches(c.blocks[b], e->gradient, e->tolerances);
    });
    if (!found.empty()) name(d, found, has_cause(d));
  }
  if (whole.empty()) return;
  Diagnosis everything;
  everything.verdict = Verdict::disagree;
  name(everything, whole, false);
  if (!report.whole) report.whole = everything;
}

}  // namespace

double Case::room(std::size_t i, double times) const {
  return times_allowed * entries[i].tolerance * std::max(1.0, times);
}

bool Case::close(const Block& block, std::span<const double> a, std::span<const double> b,
                 std::span<const double> tolerances) const {
  const auto in_block = [&](std::span<const double> all) {
    return all.subspan(begin_of(block), static_cast<std::size_t>(block.count()));
  };
  const double size = norm(in_block(reference));
  const double largest = std::max(norm(in_block(a)), norm(in_block(b)));
  const double times = size > 0 ? largest / size : 1;
  // Where the right entry is 0, its tolerance says nothing of a mistaken one that is not.
  const double typical = 64 * epsilon * largest /
                         std::sqrt(static_cast<double>(std::max<std::int64_t>(1, block.count())));
  for (std::size_t i = begin_of(block); i < end_of(block); ++i) {
    if (entries[i].reference.kink) continue;
    const double larger = std::max(std::abs(a[i]), std::abs(b[i]));
    const double elsewhere = tolerances.empty() ? 0 : times_allowed * tolerances[i];
    const double allowed = std::max(room(i, times), elsewhere) + typical + 32 * epsilon * larger;
    if (!(std::abs(a[i] - b[i]) <= allowed)) return false;
  }
  return true;
}

bool Case::matches(const Block& block, std::span<const double> gradient,
                   std::span<const double> tolerances) const {
  return close(block, claimed, gradient, tolerances);
}

bool Case::is_reference(const Block& block, std::span<const double> gradient) const {
  return close(block, reference, gradient, {});
}

void explain(Report& report, const Anatomy& anatomy, std::span<const double> point,
             KnownSizes sizes, double epsilon) {
  if (sizes.batch == 0) sizes.batch = anatomy.batch();
  report.diagnoses = diagnose(report, sizes);
  if (report.verdict != Verdict::disagree || any_not_finite(report)) return;
  find_common_factor(report);
  const std::vector<Block> blocks = blocks_of(report);
  const Case c = case_of(report, anatomy, blocks, point, epsilon);
  search(report, c);
  find_few_entries(report);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    Diagnosis& d = report.diagnoses[b];
    // Entries that barely stand out may be all that is seen of something larger.
    if (d.cause == "few_entries" && excess_of(c, blocks[b]) < clearly_wrong) d.cause = "unknown";
  }
}

std::vector<std::string> blind_spots(const Report& report, const Anatomy& anatomy,
                                     std::span<const double> point) {
  std::vector<std::string> blind;
  if (anatomy.batch() == 1) {
    blind.emplace_back(
        "a sum over the samples where a mean should be, or the other way round: the "
        "batch is 1");
  }
  const std::vector<Block> blocks = blocks_of(report);
  const Case c = case_of(report, anatomy, blocks, point, 0x1p-53);
  for (const Mutant& mutant : mutants_of(anatomy, blocks, c.reference)) {
    if (mutant.start) continue;
    const std::vector<double> gradient = mutant.gradient(0);
    const bool unseen = std::all_of(blocks.begin(), blocks.end(), [&](const Block& block) {
      return c.is_reference(block, gradient);
    });
    if (unseen) blind.push_back("a gradient as if " + mutant.text);
  }
  return blind;
}

}  // namespace autograd::check
