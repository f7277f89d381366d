// SPDX-License-Identifier: MIT
function* worker(id, steps) {
  let state = id;
  for (let step = 1; step <= steps; step++) {
    state = (state * 5 + step) % 65536;
    yield state % 4;
  }
  return -state;
}

export default function run(tasks) {
  let ready = Array.from({ length: tasks }, (_, i) => worker(i + 1, 40 + ((i + 1) % 20)));
  const sleeping = new Map();
  let finished = 0;
  let checksum = 0;
  let time = 0;
  while (finished < tasks) {
    time++;
    ready.push(...(sleeping.get(time) ?? []));
    sleeping.delete(time);
    const running = ready;
    ready = [];
    for (const task of running) {
      const { done, value } = task.next();
      if (done) {
        finished++;
        checksum = (checksum - value) % 1000003;
      } else if (value === 0) {
        ready.push(task);
      } else {
        const at = time + value;
        const list = sleeping.get(at);
        if (list === undefined) sleeping.set(at, [task]);
        else list.push(task);
      }
    }
  }
  return `${checksum} ${time}`;
}
