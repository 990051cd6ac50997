"""The pages that problem types point to."""

from html import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, Field

from screentest.api.api_route import ApiRoute
from screentest.api.domain.web_files import PAGE_HEADERS
from screentest.api.problems import PROBLEMS, Problem
from screentest.api.problems.general import PathNotFound

router = APIRouter(prefix="/problems", tags=["problems"], route_class=ApiRoute)


class ProblemType(BaseModel):
    """A kind of problem the api answers with."""

    type: str = Field(examples=["/problems/character-not-found"])
    title: str = Field(examples=["There is no such character"])
    status: int = Field(examples=[404])
    explanation: str


@router.get("")
async def list_problem_types() -> list[ProblemType]:
    """All kinds of problems."""
    return [_described(PROBLEMS[name]) for name in sorted(PROBLEMS)]


@router.get("/{name}", response_model=ProblemType)
async def get_problem_type(name: str, request: Request) -> Response:
    """What a problem means and how to mend it: a page for browsers, JSON for everybody else."""
    problem = PROBLEMS.get(name)
    if problem is None:
        raise PathNotFound(f'No problem is called "{name}": GET /problems lists all of them.')
    described = _described(problem)
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_page(described), headers=PAGE_HEADERS)
    return JSONResponse(described.model_dump())


def _described(problem: type[Problem]) -> ProblemType:
    return ProblemType(
        type=problem.type_uri(),
        title=problem.title(),
        status=problem.status,
        explanation=problem.explanation(),
    )


def _page(problem: ProblemType) -> str:
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in problem.explanation.split("\n\n"))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(problem.title)}'
        f"</title><h1>{problem.status} {escape(problem.title)}</h1>{paragraphs}</html>"
    )
