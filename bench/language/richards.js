// SPDX-License-Identifier: MIT
const [IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B] = [1, 2, 3, 4, 5, 6];
const [KIND_DEVICE, KIND_WORK] = [0, 1];
const BUFFER_SIZE = 4;

class Packet {
  constructor(link, identity, kind) {
    this.link = link;
    this.identity = identity;
    this.kind = kind;
    this.datum = 0;
    this.data = new Array(BUFFER_SIZE).fill(0);
  }
}

function append(queue, packet) {
  packet.link = null;
  if (queue === null) return packet;
  let last = queue;
  while (last.link !== null) last = last.link;
  last.link = packet;
  return queue;
}

class Scheduler {
  list = null;
  table = [];
  current = null;
  identity = 0;
  queued = 0;
  held = 0;

  add(task, waiting) {
    task.waiting = waiting;
    task.link = this.list;
    this.list = task;
    this.table[task.identity] = task;
  }

  schedule() {
    this.current = this.list;
    while (this.current !== null) {
      const task = this.current;
      if (task.held || (task.waiting && !task.packetPending)) {
        this.current = task.link;
      } else {
        this.identity = task.identity;
        this.current = task.activate();
      }
    }
  }
}

class Task {
  constructor(scheduler, identity, priority, input) {
    this.scheduler = scheduler;
    this.link = null;
    this.identity = identity;
    this.priority = priority;
    this.input = input;
    this.packetPending = input !== null;
    this.waiting = false;
    this.held = false;
  }

  activate() {
    let message = null;
    if (this.waiting && this.packetPending) {
      message = this.input;
      this.input = message.link;
      this.waiting = false;
      this.packetPending = this.input !== null;
    }
    return this.run(message);
  }

  wait() {
    this.waiting = true;
    return this;
  }

  hold() {
    this.scheduler.held++;
    this.held = true;
    return this.link;
  }

  release(identity) {
    const task = this.scheduler.table[identity];
    task.held = false;
    return task.priority > this.priority ? task : this;
  }

  queue(packet) {
    const task = this.scheduler.table[packet.identity];
    this.scheduler.queued++;
    packet.link = null;
    packet.identity = this.scheduler.identity;
    return task.checkPriority(this, packet);
  }

  checkPriority(sender, packet) {
    if (this.input === null) {
      this.input = packet;
      this.packetPending = true;
      if (this.priority > sender.priority) return this;
    } else {
      this.input = append(this.input, packet);
    }
    return sender;
  }
}

class IdleTask extends Task {
  control = 1;
  count = 10000;
  run() {
    this.count--;
    if (this.count === 0) return this.hold();
    if (this.control % 2 === 0) {
      this.control /= 2;
      return this.release(DEVICE_A);
    }
    // By arithmetic on bits, as in the version for Lua 5.1, which has no operators for them.
    let mixed = 0;
    let weight = 1;
    let a = (this.control - 1) / 2;
    let b = 53256;
    for (let i = 0; i < 16; i++) {
      const x = a % 2;
      const y = b % 2;
      if (x !== y) mixed += weight;
      a = (a - x) / 2;
      b = (b - y) / 2;
      weight *= 2;
    }
    this.control = mixed;
    return this.release(DEVICE_B);
  }
}

class WorkTask extends Task {
  handler = HANDLER_A;
  count = 0;
  run(message) {
    if (message === null) return this.wait();
    this.handler = this.handler === HANDLER_A ? HANDLER_B : HANDLER_A;
    message.identity = this.handler;
    message.datum = 0;
    for (let i = 0; i < BUFFER_SIZE; i++) {
      this.count++;
      if (this.count > 26) this.count = 1;
      message.data[i] = 64 + this.count;
    }
    return this.queue(message);
  }
}

class HandlerTask extends Task {
  work = null;
  device = null;
  run(message) {
    if (message !== null) {
      if (message.kind === KIND_WORK) this.work = append(this.work, message);
      else this.device = append(this.device, message);
    }
    const work = this.work;
    if (work !== null) {
      const at = work.datum;
      if (at >= BUFFER_SIZE) {
        this.work = work.link;
        return this.queue(work);
      }
      const device = this.device;
      if (device !== null) {
        this.device = device.link;
        device.datum = work.data[at];
        work.datum = at + 1;
        return this.queue(device);
      }
    }
    return this.wait();
  }
}

class DeviceTask extends Task {
  pending = null;
  run(message) {
    if (message !== null) {
      this.pending = message;
      return this.hold();
    }
    const pending = this.pending;
    if (pending === null) return this.wait();
    this.pending = null;
    return this.queue(pending);
  }
}

function simulate() {
  const s = new Scheduler();
  s.add(new IdleTask(s, IDLE, 0, null), false);
  s.add(new WorkTask(s, WORKER, 1000, new Packet(new Packet(null, WORKER, KIND_WORK), WORKER, KIND_WORK)), true);
  for (const [handler, device, priority] of [
    [HANDLER_A, DEVICE_A, 2000],
    [HANDLER_B, DEVICE_B, 3000],
  ]) {
    const packet = (link) => new Packet(link, device, KIND_DEVICE);
    s.add(new HandlerTask(s, handler, priority, packet(packet(packet(null)))), true);
  }
  s.add(new DeviceTask(s, DEVICE_A, 4000, null), true);
  s.add(new DeviceTask(s, DEVICE_B, 5000, null), true);
  s.schedule();
  return s;
}

export default function run(iterations) {
  let last = { queued: 0, held: 0 };
  for (let i = 0; i < iterations; i++) last = simulate();
  return `${last.queued} packets queued, ${last.held} holds`;
}
