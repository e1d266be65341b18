"""From the picture as plain data to what is seen.

dot.py      the picture as DOT source; labels.py the tables in it, theme.py colours and shapes
program.py  running `dot`, or the renderer of graphviz-pure
svg.py      the SVG made readable for all
"""
