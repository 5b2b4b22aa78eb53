// An event for each move, to everybody in the room. `node socketio.js --port 8001`

import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Server } from "socket.io";

const { port } = parseArgs({ options: { port: { type: "string" } } }).values;

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  const room = String(socket.handshake.query.room);
  socket.join(room);
  socket.on("move", (move) => io.to(room).emit("move", move));
});

http.listen(Number(port), "127.0.0.1");
