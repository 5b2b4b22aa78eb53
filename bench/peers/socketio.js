// An event for each move, to everybody in the room. `node socketio.js --port 8001`

import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Server } from "socket.io";

const ROOM = "map";
const { port } = parseArgs({ options: { port: { type: "string" } } }).values;

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  socket.join(ROOM);
  socket.on("move", (move) => io.to(ROOM).emit("move", move));
});

http.listen(Number(port), "127.0.0.1");
