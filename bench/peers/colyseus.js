// Positions as a schema of Colyseus, of which everybody gets the changes ten times a
// second. `node colyseus.js --port 8001`

import { parseArgs } from "node:util";
import { Room, Server } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";

// The default is 50; all servers here tick every 100 ms, as often as people send.
const PATCH_MS = 100;
const { port } = parseArgs({ options: { port: { type: "string" } } }).values;

// As float32, a position would be up to a metre off.
const Marker = schema({ lat: t.float64(), lng: t.float64() }, "Marker");
const State = schema({ markers: t.map(Marker) }, "State");

class MapRoom extends Room {
  patchRate = PATCH_MS;
  // Seconds, instead of 15: thousands come at the same time.
  seatReservationTimeout = 120;
  state = new State();
  messages = {
    move: (client, { lat, lng }) => {
      const marker = this.state.markers.get(client.sessionId);
      marker.lat = lat;
      marker.lng = lng;
    },
  };

  onJoin(client) {
    const marker = new Marker();
    marker.lat = marker.lng = 0;
    this.state.markers.set(client.sessionId, marker);
  }

  onLeave(client) {
    this.state.markers.delete(client.sessionId);
  }
}

const server = new Server({ transport: new WebSocketTransport(), greet: false });
server.define("map", MapRoom).filterBy(["code"]);
await server.listen(Number(port), "127.0.0.1");
