"""Why a step is wrong, and where a right one proves little. Knows no report."""
