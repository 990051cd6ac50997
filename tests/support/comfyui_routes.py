"""The routes of the simulated ComfyUI server: what each request answers, and the event socket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

if TYPE_CHECKING:
    from support.comfyui_server import ComfyUIServer

BROKEN = "500 Internal Server Error\n\nServer got itself in trouble"


class Routes:
    """Requests to one server."""

    def __init__(self, server: ComfyUIServer) -> None:
        self._server = server

    def app(self) -> Starlette:
        routes = [
            ("/system_stats", self._system_stats, "GET"),
            ("/object_info", self._object_info, "GET"),
            ("/models/{folder}", self._models, "GET"),
            ("/experiment/models/{folder}", self._model_files, "GET"),
            ("/upload/image", self._upload, "POST"),
            ("/prompt", self._prompt, "POST"),
            ("/queue", self._get_queue, "GET"),
            ("/queue", self._post_queue, "POST"),
            ("/history", self._list_history, "GET"),
            ("/history/{prompt_id}", self._get_history, "GET"),
            ("/interrupt", self._interrupt, "POST"),
            ("/free", self._free, "POST"),
            ("/view", self._view, "GET"),
        ]
        return Starlette(
            routes=[
                *(Route(path, self._guarded(call), methods=[verb]) for path, call, verb in routes),
                WebSocketRoute("/ws", self._events),
            ]
        )

    def _guarded(self, call: Any) -> Any:
        async def answer(request: Request) -> Response:
            if not self._is_allowed(request):
                return PlainTextResponse("", status_code=401)
            stall = self._server.stalls.get(request.url.path)
            if stall is not None:
                self._server.stalled += 1
                await stall.wait()
            response: Response = await call(request)
            return response

        return answer

    def _is_allowed(self, request: Request | WebSocket) -> bool:
        required = self._server.required_headers
        return all(request.headers.get(name) == value for name, value in required.items())

    async def _events(self, connection: WebSocket) -> None:
        if not self._server.accepts_sockets or not self._is_allowed(connection):
            await connection.close(1008)
            return
        await connection.accept()
        sid = connection.query_params["clientId"]
        self._server.connections += 1
        self._server.sockets[sid] = connection
        left = {"exec_info": {"queue_remaining": self._server.queue_remaining}}
        status = {"status": left, "sid": sid}
        try:
            await connection.send_text(json.dumps({"type": "status", "data": status}))
            first = True
            while True:
                message = json.loads(await connection.receive_text())
                if first and message.get("type") == "feature_flags":
                    self._server.hellos += 1
                    await connection.send_text(json.dumps(message))
                first = False
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            # As the real one: whoever closes takes the registration along, also a newer one's.
            self._server.sockets.pop(sid, None)

    async def _system_stats(self, _request: Request) -> Response:
        device = {"name": "cpu", "type": "cpu", "index": None, "vram_total": 25276514304}
        system = {
            "comfyui_version": self._server.version,
            "python_version": "3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]",
            "pytorch_version": "2.13.0+cpu",
        }
        return JSONResponse({"system": system, "devices": [device]})

    async def _object_info(self, _request: Request) -> Response:
        return JSONResponse(self._server.object_info)

    async def _models(self, request: Request) -> Response:
        if request.path_params["folder"] == "loras":
            return JSONResponse(["film.safetensors"])
        return PlainTextResponse("", status_code=404)

    async def _model_files(self, request: Request) -> Response:
        listed = (self._server.model_files or {}).get(request.path_params["folder"])
        return PlainTextResponse("", status_code=404) if listed is None else JSONResponse(listed)

    async def _upload(self, request: Request) -> Response:
        async with request.form() as form:
            image, subfolder = form["image"], str(form.get("subfolder") or "")
            name = str(image.filename)
            if self._server.renames_uploads:
                name = name.replace(".", " (1).")
            self._server.uploads[f"{subfolder}/{name}" if subfolder else name] = await image.read()
        return JSONResponse({"name": name, "subfolder": subfolder, "type": "input"})

    async def _prompt(self, request: Request) -> Response:
        body = await request.json()
        recording, number = self._server.next_recording(), self._server.take_number()
        prompt_id = body["prompt_id"] if self._server.honours_prompt_id else f"server-made-{number}"
        if recording.status == 200:
            self._server.enqueue(prompt_id, number, body, recording)
            stall = self._server.stalls.get("reply to /prompt")
            if stall is not None:
                await stall.wait()
        if recording.reply is None:
            return PlainTextResponse(BROKEN, status_code=recording.status)
        return JSONResponse(recording.reply_for(prompt_id, number), status_code=recording.status)

    async def _get_queue(self, _request: Request) -> Response:
        running = [self._server.current.queue_entry()] if self._server.current else []
        pending = [prompt.queue_entry() for prompt in self._server.pending]
        return JSONResponse({"queue_running": running, "queue_pending": pending})

    async def _post_queue(self, request: Request) -> Response:
        for prompt_id in (await request.json()).get("delete", []):
            self._server.deleted.append(prompt_id)
            self._server.delete(prompt_id)
        return Response()

    async def _list_history(self, request: Request) -> Response:
        entries = list(self._server.history.items())
        return JSONResponse(dict(entries[-int(request.query_params["max_items"]) :]))

    async def _get_history(self, request: Request) -> Response:
        prompt_id = request.path_params["prompt_id"]
        entry = self._server.history.get(prompt_id)
        return JSONResponse({prompt_id: entry} if entry else {})

    async def _interrupt(self, request: Request) -> Response:
        prompt_id = (await request.json()).get("prompt_id")
        self._server.interrupted.append(prompt_id)
        running = self._server.current
        if self._server.interrupts_to_lose:
            self._server.interrupts_to_lose -= 1
        elif running and (not self._server.interrupts_by_id or prompt_id in {None, running.id}):
            self._server.stopping.add(running.id)
        return Response()

    async def _free(self, _request: Request) -> Response:
        self._server.freed += 1
        return Response()

    async def _view(self, request: Request) -> Response:
        query = request.query_params
        data = self._server.files.get((query["filename"], query["subfolder"], query["type"]))
        return Response(data) if data is not None else PlainTextResponse("", status_code=404)
