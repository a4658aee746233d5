#include "apps/verify/report/json.h"

#include <cmath>

namespace verify {

namespace check = autograd::check;
using check::Verdict;

namespace {

Json block_json(const check::BlockReport& b, const check::Diagnosis& diagnosis) {
  return {{"name", b.block.name},
          {"shape", b.block.shape},
          {"entries", b.block.count()},
          {"verdict", to_string(b.verdict)},
          {"counts",
           {{"agree", b.count(Verdict::agree)},
            {"kink", b.count(Verdict::kink)},
            {"cannot tell", b.count(Verdict::cannot_tell)},
            {"disagree", b.count(Verdict::disagree)}}},
          {"not_finite", b.not_finite},
          {"largest_reference", json_number(b.largest_reference)},
          {"largest_difference", json_number(b.largest_difference)},
          {"largest_difference_at", b.block.entry_name(b.largest_at)},
          {"resolution", json_number(b.resolution)},
          {"alpha", json_number(diagnosis.alpha)},
          {"diagnosis", diagnosis.text}};
}

// The same claim against the verified tape.
Json exact_json(const check::Report& report) {
  Json blocks = Json::array();
  for (std::size_t i = 0; i < report.blocks.size(); ++i) {
    const check::BlockReport& b = report.blocks[i];
    blocks.push_back({{"name", b.block.name},
                      {"verdict", to_string(b.verdict)},
                      {"largest_difference", json_number(b.largest_difference)},
                      {"resolution", json_number(b.resolution)},
                      {"cause", report.diagnoses[i].cause},
                      {"diagnosis", report.diagnoses[i].text}});
  }
  return {{"verdict", to_string(report.verdict)},
          {"reference", report.reference},
          {"findings", report.findings},
          {"blocks", blocks}};
}

Json claim_json(const ClaimReport& claim) {
  Json blocks = Json::array();
  for (std::size_t i = 0; i < claim.report.blocks.size(); ++i) {
    blocks.push_back(block_json(claim.report.blocks[i], claim.diagnoses[i]));
  }
  Json json{{"name", claim.name},
            {"verdict", to_string(claim.report.verdict)},
            {"loss", json_number(claim.claim.loss)},
            {"repeatable", claim.report.repeatable},
            {"blocks", blocks}};
  if (claim.exact) json["exact"] = exact_json(*claim.exact);
  return json;
}

Json pair_json(const PairReport& pair) {
  Json blocks = Json::array();
  for (const BlockAgreement& b : pair.blocks) {
    blocks.push_back({{"name", b.block},
                      {"agree", b.agree},
                      {"largest_difference", json_number(b.absolute)},
                      {"largest_difference_at", b.at},
                      {"largest_relative_difference", json_number(b.relative)}});
  }
  return {
      {"first", pair.first}, {"second", pair.second}, {"agree", pair.agree}, {"blocks", blocks}};
}

}  // namespace

Json json_number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

Json json_numbers(std::span<const double> values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(json_number(value));
  return list;
}

Json to_json(const Comparison& comparison) {
  Json claims = Json::array(), pairs = Json::array();
  for (const ClaimReport& claim : comparison.claims) claims.push_back(claim_json(claim));
  for (const PairReport& pair : comparison.pairs) pairs.push_back(pair_json(pair));
  return {{"what", comparison.question.what},
          {"dtype", name(comparison.question.dtype)},
          {"verdict", to_string(comparison.verdict)},
          {"loss", json_number(comparison.loss)},
          {"claims", claims},
          {"pairs", pairs}};
}

}  // namespace verify
