#include "tests/ulp/golden.h"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

namespace ulp {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
T parse(const std::string& text) {
  char* end = nullptr;
  T number;
  if constexpr (std::is_same_v<T, double>) {
    number = std::strtod(text.c_str(), &end);
  } else {
    number = std::strtold(text.c_str(), &end);
  }
  if (text.empty() || *end != '\0') throw BadFile("'" + text + "' is no number");
  return number;
}

template <class T>
void collect(const Json& json, std::size_t depth, Numbers<T>& into) {
  if (json.is_array()) {
    if (json.empty()) throw BadFile("an array is empty");
    const auto extent = static_cast<long>(json.size());
    if (depth == into.extents.size() && into.numbers.empty()) into.extents.push_back(extent);
    if (depth >= into.extents.size() || into.extents[depth] != extent) {
      throw BadFile("the rows of an array differ in length");
    }
    for (const Json& part : json) collect(part, depth + 1, into);
    return;
  }
  if (depth != into.extents.size()) throw BadFile("the rows of an array differ in depth");
  if (json.is_string()) {
    into.numbers.push_back(parse<T>(json.get<std::string>()));
  } else if (json.is_number()) {
    into.numbers.push_back(json.get<T>());
  } else {
    throw BadFile("expected a number; got " + json.dump());
  }
}

template <class T>
Numbers<T> numbers(const Json& json, const char* key) {
  if (!json.contains(key)) throw BadFile("there is no '" + std::string(key) + "'");
  Numbers<T> all;
  collect(json[key], 0, all);
  return all;
}

Case read_case(const Json& json) {
  if (!json.is_object()) throw BadFile("expected an object");
  Case made;
  const auto input = [&](const char* key, std::initializer_list<const char*> derivatives) {
    made.inputs.push_back(numbers<double>(json, key));
    for (const char* name : derivatives) {
      if (!json.contains(name)) continue;
      made.derivatives.push_back(numbers<long double>(json, name));
      if (made.derivatives.back().extents != made.inputs.back().extents) {
        throw BadFile("'" + std::string(name) + "' has not the shape of '" + key + "'");
      }
      return;
    }
    throw BadFile("there is no derivative by '" + std::string(key) + "'");
  };
  if (json.contains("x")) {
    input("x", {"dx", "dy"});
  } else {
    input("a", {"da"});
    input("b", {"db"});
  }
  made.y = numbers<long double>(json, "y");
  if (json.contains("target")) made.target = numbers<double>(json, "target");
  if (json.contains("seed")) made.seed = numbers<double>(json, "seed");
  if (json.contains("eps")) made.epsilon = numbers<double>(json, "eps").numbers.at(0);
  if (json.contains("label")) {
    if (!json["label"].is_number_integer()) throw BadFile("a label is no integer");
    made.label = json["label"].get<long>();
  }
  return made;
}

}  // namespace

std::vector<Operation> read(const std::string& path) {
  std::ifstream file(path);
  if (!file || file.peek() == std::ifstream::traits_type::eof()) {
    throw BadFile(path + ": cannot be read, or is cut off at its beginning");
  }
  const Json json = Json::parse(file, nullptr, false);
  if (json.is_discarded()) throw BadFile(path + ": is no JSON, or is cut off");
  if (!json.is_object() || json.empty()) {
    throw BadFile(path + ": expected an object of operations");
  }
  std::vector<Operation> operations;
  for (const auto& [name, cases] : json.items()) {
    if (!cases.is_array() || cases.empty()) {
      throw BadFile(path + ": " + name + ": expected an array of cases");
    }
    Operation& operation = operations.emplace_back(Operation{name, {}});
    for (std::size_t i = 0; i < cases.size(); ++i) {
      try {
        operation.cases.push_back(read_case(cases[i]));
      } catch (const std::exception& error) {
        throw BadFile(path + ": " + name + ", case " + std::to_string(i) + ": " + error.what());
      }
    }
  }
  return operations;
}

}  // namespace ulp
