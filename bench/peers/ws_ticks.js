// Positions as ticks: the newest of each marker, ten times a second, in one
// frame that all share. `node ws_ticks.js --port 8001`

import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";

const TICK_MS = 100;
const { port } = parseArgs({ options: { port: { type: "string" } } }).values;

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(port),
  perMessageDeflate: false,
});
/** @type {Map<number, [number, number, number]>} */
const moved = new Map();

server.on("connection", (socket) => {
  socket.on("message", (data) => {
    const { id, lat, lng } = JSON.parse(data.toString());
    moved.set(id, [id, lat, lng]);
  });
});

setInterval(() => {
  if (moved.size === 0) return;
  const tick = Buffer.from(JSON.stringify({ moves: [...moved.values()] }));
  moved.clear();
  for (const socket of server.clients) socket.send(tick, { binary: false });
}, TICK_MS);
