/**
 * A room on real sockets, in memory, after docs/PROTOCOL.md: small enough to be
 * obviously right, and it can be made to fail in all the ways a network does.
 */

import { once } from "node:events";
import { WebSocketServer } from "ws";

const LIMITS = { moves_per_second: 10, frame_bytes: 4096, unacknowledged: 32 };
const ANSWERS_KEPT = 64;
/** How many changes old a snapshot may be. */
const OLDEST_SNAPSHOT = 5;

export class ModelServer {
  epoch = "epoch-1";
  /** @type {any[]} every change, in revision order */
  log = [];
  markers = new Map();
  /** The revision that last moved each; a hold that the server ended counts as of its grab. */
  moved = new Map();
  /** Names by person number, and whose a token is. */
  people = new Map();
  persons = new Map();
  tokens = new Set();
  phase = "open";
  /** What a snapshot tells of the activity, its stage and its timer. */
  stage = {};
  /** The answers that were offered after the end, and whether there is still time for it. */
  late = [];
  takesLate = true;
  /** By how much its clock is ahead (ms); null: it tells the time only when it is asked. */
  clockAhead = null;
  /** The frames received, newest last. */
  frames = [];
  /** How often a change took effect, by client and op. */
  effects = new Map();
  connections = new Set();

  /** Decides whether something goes wrong; tests and the random test set it. */
  fault = {
    /** @type {(message: any) => string | undefined} a refusal that is not final */
    refuse: () => undefined,
    /** @type {(message: any) => boolean} cut the line before it is stored */
    cutBefore: () => false,
    /** @type {(message: any) => boolean} store it and cut the line before the answer */
    cutAfter: () => false,
    /** @type {(message: any) => boolean} neither store nor answer it */
    ignore: () => false,
    /** @type {(hello: any) => number | undefined} close instead of a welcome */
    turnAway: () => undefined,
  };
  #server;
  /** Where each marker is but for the moves of its present hold. */
  #stored = new Map();
  #firstKept = 1;
  /** The snapshot that newcomers get: some changes old, as a busy server's is. */
  #snapshot = null;

  static async start() {
    const model = new ModelServer();
    await model.listen(0);
    return model;
  }

  async listen(port) {
    this.#server = new WebSocketServer({
      ...{ port, host: "127.0.0.1" },
      handleProtocols: (offered) => offered.has("map.v1") && "map.v1",
    });
    this.#server.on("connection", (socket) => this.#connected(socket));
    await once(this.#server, "listening");
    this.port = this.#server.address().port;
    this.url = `ws://127.0.0.1:${this.port}`;
  }

  get rev() {
    return this.log.length;
  }

  /** Ends the server; the room stays, for `listen` to open again. */
  async stop() {
    this.cut();
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Cuts every line, without a word. */
  cut() {
    for (const connection of this.connections) this.#cut(connection);
  }

  /** Every line goes dead: nothing is read, nothing is answered, nothing closed. */
  freeze() {
    for (const connection of this.connections) {
      connection.frozen = true;
      connection.socket.pause();
    }
  }

  /** @param {number} code @param {object} [bye] */
  closeAll(code, bye) {
    for (const { socket } of this.connections) {
      if (bye) socket.send(JSON.stringify({ t: "bye", message: "", ...bye }));
      socket.close(code);
    }
  }

  /** @param {object} message to everybody, whatever it does to them */
  sendAll(message) {
    for (const { socket } of this.connections) socket.send(JSON.stringify(message));
  }

  /** The frames of a type that have come in. */
  received(t) {
    return this.frames.filter((frame) => frame.t === t);
  }

  /** Ends a hold, as the server does after 20 s without a move. */
  release(number, by) {
    const { lat, lng } = this.markers.get(number);
    this.commit({ kind: "release", by, marker: number, lat, lng });
  }

  /** Somebody else does something. */
  commit(change) {
    this.log.push({ rev: this.rev + 1, ...change });
    this.#apply(this.log.at(-1));
    queueMicrotask(() => this.#tick());
    return this.rev;
  }

  /** From here on the changes so far can be had only as a snapshot. */
  forgetLog() {
    this.#firstKept = this.rev + 1;
  }

  /** Moves that others made. */
  sendMoves(moves) {
    for (const connection of this.connections) this.#bringUp(connection, moves);
  }

  #connected(socket) {
    const connection = { socket, cursor: -1, person: 0, token: "", hello: null, frozen: false };
    connection.turnedAway = new Map();
    this.connections.add(connection);
    socket.on("error", () => {});
    socket.on("close", () => this.connections.delete(connection));
    socket.on("message", (data) => {
      if (connection.frozen) return;
      const message = JSON.parse(String(data));
      this.frames.push(message);
      if (message.t === "hello") this.#hello(connection, message);
      else if (message.t === "ping") this.#send(connection, this.#pong(message));
      else if (message.t === "move") this.#move(connection, message);
      else if (message.t !== "look") this.#change(connection, message);
    });
  }

  #pong({ id }) {
    return { t: "pong", id, rev: this.rev, now: Date.now() + (this.clockAhead ?? 0) };
  }

  #send({ socket, frozen }, message) {
    if (!frozen) socket.send(JSON.stringify(message));
  }

  #hello(connection, hello) {
    const code =
      this.fault.turnAway(hello) ?? (hello.token && !this.tokens.has(hello.token) ? 4401 : 0);
    if (code) {
      connection.socket.close(code);
      return;
    }
    connection.hello = hello;
    if (hello.as !== "screen") {
      connection.token = hello.token ?? `token-${this.tokens.size + 1}`;
      this.tokens.add(connection.token);
      connection.person = this.persons.get(connection.token) ?? 0;
    }
    this.#send(connection, {
      ...{ t: "welcome", protocol: "map.v1", role: hello.as, epoch: this.epoch, rev: this.rev },
      ...{ token: connection.token || undefined, person: connection.person || null },
      ...{ name: this.people.get(connection.person) ?? "Blue Otter", limits: LIMITS },
      now: this.clockAhead === null ? undefined : Date.now() + this.clockAhead,
    });
    const resumes =
      hello.epoch === this.epoch && hello.rev >= this.#firstKept - 1 && hello.rev <= this.rev;
    connection.cursor = hello.rev;
    if (!resumes) {
      const snapshot = this.#recentSnapshot();
      this.#send(connection, snapshot);
      connection.cursor = snapshot.rev;
    }
    this.#bringUp(connection, [], true);
  }

  #recentSnapshot() {
    const { epoch, rev } = this.#snapshot ?? { epoch: "", rev: -1 };
    const oldest = Math.max(this.#firstKept - 1, this.rev - OLDEST_SNAPSHOT);
    const isUsable = epoch === this.epoch && rev <= this.rev && rev >= oldest;
    if (!isUsable) this.#snapshot = this.#makeSnapshot();
    return this.#snapshot;
  }

  #makeSnapshot() {
    return {
      ...{ t: "snapshot", epoch: this.epoch, rev: this.rev, title: "", question: "Where?" },
      ...{ rules: "shared", markers_each: 1, anyone_adds: true, phase: this.phase },
      view: { lat: 20, lng: 10, zoom: 2 },
      ...this.stage,
      people: [...this.people],
      markers: [...this.markers.values()].map((m) => [
        ...[m.number, m.lat, m.lng, m.owner, m.holder, m.grab, m.colour, m.icon, m.label],
      ]),
    };
  }

  #cut(connection) {
    // Frames that have arrived behind it are lost as well.
    connection.frozen = true;
    connection.socket.terminate();
  }

  #tick() {
    for (const connection of this.connections) {
      if (connection.cursor >= 0 && connection.cursor < this.rev) this.#bringUp(connection);
    }
  }

  #bringUp(connection, moves = [], counts = false) {
    const changes = this.log.slice(connection.cursor);
    connection.cursor = this.rev;
    const presence = counts ? { people: this.connections.size, screens: 0 } : {};
    this.#send(connection, { t: "tick", rev: this.rev, changes, moves, ...presence });
  }

  #move(connection, { marker: number, grab, lat, lng }) {
    const marker = this.markers.get(number);
    if (!marker || marker.grab !== grab || marker.holder !== connection.person) return;
    marker.lat = lat;
    marker.lng = lng;
    this.sendMoves([[number, lat, lng]]);
  }

  #change(connection, message) {
    const { op, client } = message;
    if (this.fault.ignore(message)) return;
    if (this.fault.cutBefore(message)) {
      this.#cut(connection);
      return;
    }
    const code = this.#turnedAway(connection, message);
    const answer = code ? { t: "refused", code, message: code } : this.#answer(connection, message);
    if (this.fault.cutAfter(message)) this.#cut(connection);
    else this.#send(connection, { ...answer, op, client });
  }

  /**
   * Turns away this message, or one behind it of the same client until it has come again: a
   * newer change is never stored before an older one.
   */
  #turnedAway(connection, message) {
    const { op, client = connection.hello.client } = message;
    const first = connection.turnedAway.get(client) ?? Infinity;
    if (op > first) return "unavailable";
    const code = this.fault.refuse(message);
    if (code) connection.turnedAway.set(client, op);
    else connection.turnedAway.delete(client);
    return code;
  }

  /** The first answer to this op, now or ever (D2). */
  #answer(connection, message) {
    const { op, client = connection.hello.client } = message;
    const key = `${connection.token} ${client}`;
    const seen = this.effects.get(key) ?? { last: 0, answers: new Map(), count: new Map() };
    this.effects.set(key, seen);
    if (seen.answers.has(op)) return seen.answers.get(op);
    if (op <= seen.last - ANSWERS_KEPT) return { t: "refused", code: "old_op", message: "old" };
    const answer = this.#decide(connection, message);
    seen.last = Math.max(seen.last, op);
    seen.answers.set(op, answer);
    seen.count.set(op, (seen.count.get(op) ?? 0) + 1);
    return answer;
  }

  #decide(connection, { t, marker: number, grab, lat, lng, unmoved_since: unmovedSince, ...fields }) {
    const marker = this.markers.get(number);
    const refuse = (code, more = {}) => ({ t: "refused", code, message: code, ...more });
    if (number !== undefined && !marker) return refuse("no_marker");
    if (t === "late") {
      this.late.push({ marker: number, lat, lng });
      if (!this.takesLate) return refuse("too_late");
      return { t: "ack", rev: this.commit({ kind: "hidden" }) };
    }
    if (this.phase === "locked") return refuse("locked");
    if (marker?.holder && marker.holder !== connection.person) {
      return refuse("held", { by: marker.holder, name: this.people.get(marker.holder) });
    }
    if (unmovedSince && this.moved.get(number) > unmovedSince) return refuse("moved_since");
    if (t === "drop" && marker.grab !== grab) return refuse("stale_grab");
    const by = this.#person(connection);
    const ack = (number = undefined) => ({ t: "ack", rev: this.rev, marker: number, person: by });
    switch (t) {
      case "add": {
        const added = this.markers.size ? Math.max(...this.markers.keys()) + 1 : 1;
        const { colour = 0, icon = 0, label = "" } = fields;
        this.commit({ kind: "add", by, marker: added, lat, lng, colour, icon, label });
        return ack(added);
      }
      case "grab":
      case "remove":
        this.commit({ kind: t, by, marker: number });
        return ack(number);
      case "drop":
      case "place":
        this.commit({ kind: marker.holder ? "drop" : "place", by, marker: number, lat, lng });
        return ack(number);
      case "edit": {
        const { label, colour, icon } = fields;
        this.commit({ kind: "edit", by, marker: number, label, colour, icon });
        return ack(number);
      }
      case "name":
        this.commit({ kind: "person", by, person: by, name: fields.name });
        return ack();
      default:
        return refuse("host_only");
    }
  }

  #person(connection) {
    if (!connection.person) {
      connection.person = this.persons.get(connection.token) ?? this.persons.size + 1;
      this.persons.set(connection.token, connection.person);
    }
    if (!this.people.has(connection.person)) {
      const { person } = connection;
      this.commit({ kind: "person", by: person, person, name: "Blue Otter" });
    }
    return connection.person;
  }

  #moved(number, rev, lat, lng) {
    const stored = this.#stored.get(number);
    if (stored?.lat !== lat || stored?.lng !== lng) this.moved.set(number, rev);
    this.#stored.set(number, { lat, lng });
  }

  #apply({ rev, kind, by = 0, marker: number, lat, lng, person, name, ...fields }) {
    const marker = this.markers.get(number);
    switch (kind) {
      case "person":
        this.people.set(person, name);
        break;
      case "add":
        this.markers.set(number, { number, lat, lng, owner: by, holder: 0, grab: 0, ...fields });
        this.#moved(number, rev, lat, lng);
        break;
      case "grab":
        Object.assign(marker, { holder: by, grab: rev });
        break;
      case "drop":
      case "release":
        this.#moved(number, kind === "release" ? marker.grab : rev, lat, lng);
        if (kind === "release" && by) this.moved.set(number, rev);
        Object.assign(marker, { holder: 0, grab: 0, lat, lng });
        break;
      case "place":
        this.#moved(number, rev, lat, lng);
        Object.assign(marker, { lat, lng });
        break;
      case "edit":
        for (const [key, value] of Object.entries(fields)) {
          if (value !== undefined) marker[key] = value;
        }
        break;
      case "remove":
        this.markers.delete(number);
        break;
      case "lock":
      case "unlock":
        this.phase = kind === "lock" ? "locked" : "open";
        break;
    }
  }
}
