"""Functions of SciPy on nodes, by the names of SciPy's modules: `special`, `stats`, …

What NumPy can compute needs no SciPy. The rest asks for it when it is first called.
"""
