"""What nbgrader needs to know to read these assignments: copy this file into the folder of the course.

nbgrader has no stub for Go, and knows nothing of our mutants, which must not reach a student.
"""
from nbgrader import preprocessors as p
from nbgrader.preprocessors import NbGraderPreprocessor

c = get_config()  # noqa: F821

c.ClearSolutions.code_stub = {"go": '// YOUR CODE HERE\npanic("not written yet")'}
c.Execute.timeout = 120
c.ExecutePreprocessor.timeout = 120


class DropOurs(NbGraderPreprocessor):
    """Removes mutants and our own metadata, which nbgrader would release as they are."""

    def preprocess(self, nb, resources):
        nb.cells = [cell for cell in nb.cells if "mutant" not in cell.metadata.get("downhill", {})]
        nb.metadata.pop("downhill", None)
        return nb, resources


c.GenerateAssignment.preprocessors = [
    DropOurs, p.IncludeHeaderFooter, p.LockCells, p.ClearSolutions, p.ClearOutput, p.CheckCellMetadata,
    p.ComputeChecksums, p.SaveCells, p.ClearHiddenTests, p.ClearMarkScheme, p.ComputeChecksums, p.CheckCellMetadata,
]
