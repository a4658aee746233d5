#pragma once

/// Everything that nn offers, in one include.
#include "nn/data/idx.h"
