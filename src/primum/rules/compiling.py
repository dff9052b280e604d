"""How functions of the engine are compiled.

Owns the three ways. Refuses anything else: `parallel` (buckets are spread over threads by whoever has them) and fast
mathematics (there are no fractions here).
"""

from numba import njit

entry = njit(cache=True, nogil=True, error_model="numpy")
"""Called from Python: kept on disk with everything that it calls, so that a process starts without compiling."""
part = njit(cache=True, nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""Called by compiled functions only: no way in from Python is compiled, and nothing kept on disk by itself."""
folded = njit(cache=True, nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)
"""As `part`, for what the innermost loop calls: its machine code stands where it is called."""
