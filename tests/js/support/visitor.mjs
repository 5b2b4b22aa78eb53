/**
 * The pages' own session, without a page and in real time, for tests of what a line does to it:
 *
 *     node visitor.mjs ws://127.0.0.1:8000 314159
 *
 * It comes in, places a marker, drags it, lets go, and stays until it has sent a ping after a
 * long silence on the line. Then it prints the outcome as JSON.
 */

import { WebSocket } from "ws";
import { randomUuid } from "../../../static/mapapp/js/room/environment.js";
import { Session } from "../../../static/mapapp/js/room/session.js";
import { TestStorage } from "./browser.js";

const [url, code] = process.argv.slice(2);
let pongs = 0;
let sockets = 0;

class Socket extends WebSocket {
  constructor(...given) {
    super(...given);
    sockets += 1;
    this.onerror = () => {};
    this.on("message", (data) => {
      if (String(data).includes('"pong"')) pongs += 1;
    });
  }
}

const session = new Session({
  code,
  role: "participant",
  env: {
    WebSocket: Socket,
    socketUrl: (room) => `${url}/ws/${room}`,
    storage: new TestStorage(),
    now: Date.now,
    setTimeout,
    clearTimeout,
    random: Math.random,
    uuid: randomUuid,
    isOnline: () => true,
    roundTrip: () => 0,
    watch: () => () => {},
  },
});

/** @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const started = Date.now();
session.start();
await until(() => session.ready && session.status.name === "live");
const inside = Date.now() - started;
const { ok: placed, marker } = await session.change("add", { lat: 10, lng: 10 });
await until(() => session.state.markers.has(marker));
const drag = session.drag(marker);
await until(() => drag.state === "held");
drag.to(20, 20);
const { ok: dropped } = await drag.drop(30, 30);
const socketsUntilSaved = sockets;
const pongsBefore = pongs;
await until(() => pongs > pongsBefore);
console.log(
  JSON.stringify({
    ...{ placed, dropped, inside, unsaved: session.unsaved, markers: session.state.markers.size },
    ...{ sockets, socketsUntilSaved, status: session.status.name },
  }),
);
process.exit();
