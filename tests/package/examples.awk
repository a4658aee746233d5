# Takes README apart: every ```cpp block becomes example_N.cpp, and the block that follows a line
# "prints" becomes expected_N.txt. `folder` is where they go.
/^```cpp$/ && !inside { ++n; out = folder "/example_" n ".cpp"; printf "" > out; inside = 1; next }
/^prints$/ && !inside { wanted = 1; next }
/^```$/ && wanted && !inside { out = folder "/expected_" n ".txt"; printf "" > out; inside = 1; wanted = 0; next }
/^```/ { if (inside) { inside = 0; out = "" } else { inside = 1; out = "" } next }
inside && out { print > out }
