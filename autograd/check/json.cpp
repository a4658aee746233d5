#include "autograd/check/json.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "autograd/check/parts.h"
#include "autograd/check/text.h"

namespace autograd::check {
namespace {

constexpr std::int64_t kAllEntries = 1000;  // of a block; of a larger one only the worst

std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char c : valid_utf8(text)) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      json += escape.data();
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string value(double v) {
  if (std::isnan(v)) return "\"nan\"";
  if (std::isinf(v)) return v > 0 ? "\"inf\"" : "\"-inf\"";
  return plain(v);
}

std::string value(std::int64_t v) { return std::to_string(v); }
std::string value(bool v) { return v ? "true" : "false"; }
std::string value(const std::string& v) { return quoted(v); }

/// Writes the members of an object one after another.
class Object {
 public:
  template <class T>
  Object& with(const std::string& key, const T& v) {
    return with_json(key, value(v));
  }
  Object& with_json(const std::string& key, const std::string& json) {
    text_ += (text_.empty() ? "\"" : ", \"") + key + "\": " + json;
    return *this;
  }
  std::string json() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

template <class Range, class Write>
std::string array_of(const Range& range, const Write& write, const char* separator = ", ") {
  std::string json = "[";
  for (const auto& item : range) {
    if (json.size() > 1) json += separator;
    json += write(item);
  }
  return json + "]";
}

template <class Range>
std::string array_of(const Range& range) {
  return array_of(range, [](const auto& item) { return value(item); });
}

std::string entry_json(const Entry& e) {
  return Object()
      .with("index", e.index)
      .with("claimed", e.claimed)
      .with("reference", e.reference.value)
      .with("bar", e.reference.bar)
      .with("tolerance", e.tolerance)
      .with("verdict", to_string(e.verdict))
      .json();
}

void add_diagnosis(Object& object, const Diagnosis* d) {
  static const Diagnosis nothing;
  const Diagnosis& said = d == nullptr ? nothing : *d;
  object.with_json("alpha", d == nullptr ? "null" : value(said.alpha))
      .with("cause", said.cause)
      .with("text", said.text)
      .with("evidence", said.evidence)
      .with("fix", said.fix);
}

std::string block_json(const Report& report, const BlockReport& b) {
  const auto entries = entries_of(report, b);
  const bool all = b.block.count() <= kAllEntries && !entries.empty();
  Object counts;
  for (const Verdict v : {Verdict::agree, Verdict::kink, Verdict::cannot_tell, Verdict::disagree}) {
    counts.with(to_string(v), b.count(v));
  }
  Object object;
  object.with("name", b.block.name)
      .with_json("shape", array_of(b.block.shape))
      .with("verdict", to_string(b.verdict))
      .with_json("counts", counts.json())
      .with("not_finite", b.not_finite)
      .with("resolution", b.resolution)
      .with("largest_difference", b.largest_difference)
      .with("at", b.block.entry_name(b.largest_at));
  add_diagnosis(object, diagnosis_of(report, b));
  object.with("entries_shown", std::string(all ? "all" : "worst"))
      .with_json("entries", array_of(all ? entries : std::span(b.worst), entry_json, ",\n  "));
  return object.json();
}

std::string whole_json(const Report& report) {
  if (!report.whole) return "null";
  Object object;
  object.with("verdict", to_string(report.whole->verdict));
  add_diagnosis(object, &*report.whole);
  return object.json();
}

std::string point_json(const CurvePoint& p) {
  return Object().with("step", p.step).with("forward", p.forward).with("central", p.central).json();
}

}  // namespace

std::string to_json(const Report& report) {
  const auto block = [&](const BlockReport& b) { return block_json(report, b); };
  return Object()
             .with("verdict", to_string(report.verdict))
             .with("claim", report.claim)
             .with("reference", report.reference)
             .with("loss", report.loss)
             .with_json("claimed_loss", report.claimed_loss ? value(*report.claimed_loss) : "null")
             .with("noise", report.noise)
             .with("repeatable", report.repeatable)
             .with_json("findings", array_of(report.findings))
             .with_json("blind", array_of(report.blind))
             .with_json("left_out", array_of(report.left_out))
             .with("cost", report.cost)
             .with_json("whole", whole_json(report))
             .with_json("blocks", array_of(report.blocks, block, ",\n "))
             .with_json("curve", array_of(report.curve, point_json))
             .with("curve_slope", report.curve_slope)
             .json() +
         "\n";
}

}  // namespace autograd::check
