#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "apps/verify/report/claims.h"

namespace verify {

/// JSON whose keys stay in the order in which they were put.
using Json = nlohmann::ordered_json;

/// A number, or "nan", "inf", "-inf" for what JSON has no number for.
Json json_number(double value);
Json json_numbers(std::span<const double> values);

/// A comparison with its claims, blocks and pairs.
Json to_json(const Comparison& comparison);

}  // namespace verify
