// Positions as ticks: the newest of each marker in a room, ten times a second, in one
// frame that all in the room share. `node ws_ticks.js --port 8001`

import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";

const TICK_MS = 100;
const { port } = parseArgs({ options: { port: { type: "string" } } }).values;

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(port),
  perMessageDeflate: false,
});

class Room {
  /** @type {Set<import("ws").WebSocket>} */
  sockets = new Set();
  /** @type {Map<number, [number, number, number]>} */
  moved = new Map();

  tick() {
    if (this.moved.size === 0) return;
    const tick = Buffer.from(JSON.stringify({ moves: [...this.moved.values()] }));
    this.moved.clear();
    for (const socket of this.sockets) socket.send(tick, { binary: false });
  }
}

/** By the path of their sockets. @type {Map<string, Room>} */
const rooms = new Map();

server.on("connection", (socket, request) => {
  const path = request.url ?? "/";
  const room = rooms.get(path) ?? new Room();
  rooms.set(path, room);
  room.sockets.add(socket);
  socket.on("close", () => room.sockets.delete(socket));
  socket.on("message", (data) => {
    const { id, lat, lng } = JSON.parse(data.toString());
    room.moved.set(id, [id, lat, lng]);
  });
});

setInterval(() => {
  for (const room of rooms.values()) room.tick();
}, TICK_MS);
