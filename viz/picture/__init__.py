"""What is drawn, as plain data: boxes, arrows, and the texts on them.

model.py     what a picture consists of
compose.py   from a graph or replay to its picture: which nodes, grouped how
boxes.py     nodes become boxes, the uses of a value become arrows
groups.py    nodes that belong together by name or module
levels.py    the levels of a replay
recorded.py  the nodes that a recorded backward pass made
"""
