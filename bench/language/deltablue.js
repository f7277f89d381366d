// SPDX-License-Identifier: MIT
const REQUIRED = 0;
const PREFERRED = 2;
const STRONG_DEFAULT = 3;
const NORMAL = 4;
const WEAKEST = 6;
const stronger = (a, b) => a < b;
const weaker = (a, b) => a > b;

class Variable {
  constructor(name, value) {
    this.name = name;
    this.value = value;
    this.constraints = [];
    this.determinedBy = null;
    this.mark = 0;
    this.walkabout = WEAKEST;
    this.stay = true;
  }
  remove(constraint) {
    const at = this.constraints.indexOf(constraint);
    if (at >= 0) this.constraints.splice(at, 1);
    if (this.determinedBy === constraint) this.determinedBy = null;
  }
}

class Constraint {
  constructor(strength) {
    this.strength = strength;
  }
  add(planner) {
    this.addToGraph();
    planner.incrementalAdd(this);
  }
  satisfy(planner, mark) {
    this.chooseMethod(mark);
    if (!this.isSatisfied()) {
      if (this.strength === REQUIRED) throw new Error("a required constraint cannot be satisfied");
      return null;
    }
    this.markInputs(mark);
    const out = this.output();
    const overridden = out.determinedBy;
    if (overridden !== null) overridden.markUnsatisfied();
    out.determinedBy = this;
    if (!planner.addPropagate(this, mark)) throw new Error("a cycle was found");
    out.mark = mark;
    return overridden;
  }
  destroy(planner) {
    if (this.isSatisfied()) planner.incrementalRemove(this);
    else this.removeFromGraph();
  }
  isInput() {
    return false;
  }
}

class Unary extends Constraint {
  constructor(variable, strength, planner) {
    super(strength);
    this.variable = variable;
    this.satisfied = false;
    this.add(planner);
  }
  addToGraph() {
    this.variable.constraints.push(this);
    this.satisfied = false;
  }
  removeFromGraph() {
    this.variable.remove(this);
    this.satisfied = false;
  }
  chooseMethod(mark) {
    this.satisfied = this.variable.mark !== mark && stronger(this.strength, this.variable.walkabout);
  }
  isSatisfied() {
    return this.satisfied;
  }
  markInputs() {}
  output() {
    return this.variable;
  }
  recalculate() {
    this.variable.walkabout = this.strength;
    this.variable.stay = !this.isInput();
    if (this.variable.stay) this.execute();
  }
  markUnsatisfied() {
    this.satisfied = false;
  }
  inputsKnown() {
    return true;
  }
  execute() {}
}

class Stay extends Unary {}

class Edit extends Unary {
  isInput() {
    return true;
  }
}

const NONE = 0;
const FORWARD = 1;
const BACKWARD = -1;

class Binary extends Constraint {
  constructor(first, second, strength) {
    super(strength);
    this.first = first;
    this.second = second;
    this.direction = NONE;
  }
  chooseMethod(mark) {
    const a = this.first;
    const b = this.second;
    if (a.mark === mark) {
      this.direction = b.mark !== mark && stronger(this.strength, b.walkabout) ? FORWARD : NONE;
    } else if (b.mark === mark) {
      this.direction = stronger(this.strength, a.walkabout) ? BACKWARD : NONE;
    } else if (weaker(a.walkabout, b.walkabout)) {
      this.direction = stronger(this.strength, a.walkabout) ? BACKWARD : NONE;
    } else {
      this.direction = stronger(this.strength, b.walkabout) ? FORWARD : NONE;
    }
  }
  addToGraph() {
    this.first.constraints.push(this);
    this.second.constraints.push(this);
    this.direction = NONE;
  }
  removeFromGraph() {
    this.first.remove(this);
    this.second.remove(this);
    this.direction = NONE;
  }
  isSatisfied() {
    return this.direction !== NONE;
  }
  markInputs(mark) {
    this.input().mark = mark;
  }
  input() {
    return this.direction === FORWARD ? this.first : this.second;
  }
  output() {
    return this.direction === FORWARD ? this.second : this.first;
  }
  recalculate() {
    const input = this.input();
    const output = this.output();
    output.walkabout = weaker(this.strength, input.walkabout) ? this.strength : input.walkabout;
    output.stay = input.stay;
    if (output.stay) this.execute();
  }
  markUnsatisfied() {
    this.direction = NONE;
  }
  inputsKnown(mark) {
    const input = this.input();
    return input.mark === mark || input.stay || input.determinedBy === null;
  }
}

class Equal extends Binary {
  constructor(first, second, strength, planner) {
    super(first, second, strength);
    this.add(planner);
  }
  execute() {
    this.output().value = this.input().value;
  }
}

class Scale extends Binary {
  constructor(first, scale, offset, second, strength, planner) {
    super(first, second, strength);
    this.scale = scale;
    this.offset = offset;
    this.add(planner);
  }
  addToGraph() {
    super.addToGraph();
    this.scale.constraints.push(this);
    this.offset.constraints.push(this);
  }
  removeFromGraph() {
    super.removeFromGraph();
    this.scale.remove(this);
    this.offset.remove(this);
  }
  markInputs(mark) {
    this.input().mark = mark;
    this.scale.mark = mark;
    this.offset.mark = mark;
  }
  execute() {
    if (this.direction === FORWARD) this.second.value = this.first.value * this.scale.value + this.offset.value;
    else this.first.value = (this.second.value - this.offset.value) / this.scale.value;
  }
  recalculate() {
    const input = this.input();
    const output = this.output();
    output.walkabout = weaker(this.strength, input.walkabout) ? this.strength : input.walkabout;
    output.stay = input.stay && this.scale.stay && this.offset.stay;
    if (output.stay) this.execute();
  }
}

class Planner {
  mark = 0;
  newMark() {
    this.mark++;
    return this.mark;
  }
  incrementalAdd(constraint) {
    const mark = this.newMark();
    let overridden = constraint.satisfy(this, mark);
    while (overridden !== null) overridden = overridden.satisfy(this, mark);
  }
  incrementalRemove(constraint) {
    const out = constraint.output();
    constraint.markUnsatisfied();
    constraint.removeFromGraph();
    const unsatisfied = this.removePropagateFrom(out);
    for (let strength = REQUIRED; strength <= WEAKEST; strength++) {
      for (const each of unsatisfied) if (each.strength === strength) this.incrementalAdd(each);
    }
  }
  addConsuming(variable, list) {
    for (const constraint of variable.constraints) {
      if (constraint !== variable.determinedBy && constraint.isSatisfied()) list.push(constraint);
    }
  }
  planFrom(constraints) {
    const todo = constraints.filter((constraint) => constraint.isInput() && constraint.isSatisfied());
    const mark = this.newMark();
    const plan = [];
    while (todo.length > 0) {
      const constraint = todo.pop();
      const out = constraint.output();
      if (out.mark !== mark && constraint.inputsKnown(mark)) {
        plan.push(constraint);
        out.mark = mark;
        this.addConsuming(out, todo);
      }
    }
    return plan;
  }
  addPropagate(constraint, mark) {
    const todo = [constraint];
    while (todo.length > 0) {
      const each = todo.pop();
      if (each.output().mark === mark) {
        this.incrementalRemove(constraint);
        return false;
      }
      each.recalculate();
      this.addConsuming(each.output(), todo);
    }
    return true;
  }
  removePropagateFrom(out) {
    out.determinedBy = null;
    out.walkabout = WEAKEST;
    out.stay = true;
    const unsatisfied = [];
    const todo = [out];
    while (todo.length > 0) {
      const variable = todo.pop();
      for (const constraint of variable.constraints) if (!constraint.isSatisfied()) unsatisfied.push(constraint);
      for (const constraint of variable.constraints) {
        if (constraint !== variable.determinedBy && constraint.isSatisfied()) {
          constraint.recalculate();
          todo.push(constraint.output());
        }
      }
    }
    return unsatisfied;
  }
}

function change(planner, variable, value) {
  const edit = new Edit(variable, PREFERRED, planner);
  const plan = planner.planFrom([edit]);
  for (let i = 0; i < 10; i++) {
    variable.value = value;
    for (const constraint of plan) constraint.execute();
  }
  edit.destroy(planner);
}

function chain(n) {
  const planner = new Planner();
  const variables = Array.from({ length: n + 1 }, (_, i) => new Variable(`v${i}`, 0));
  for (let i = 0; i < n; i++) new Equal(variables[i], variables[i + 1], REQUIRED, planner);
  new Stay(variables[n], STRONG_DEFAULT, planner);
  const edit = new Edit(variables[0], PREFERRED, planner);
  const plan = planner.planFrom([edit]);
  let sum = 0;
  for (let value = 1; value <= 100; value++) {
    variables[0].value = value;
    for (const constraint of plan) constraint.execute();
    if (variables[n].value !== value) throw new Error("the chain failed");
    sum += variables[n].value;
  }
  edit.destroy(planner);
  return sum;
}

function projection(n) {
  const planner = new Planner();
  const scale = new Variable("scale", 10);
  const offset = new Variable("offset", 1000);
  const targets = [];
  let source = scale;
  for (let i = 1; i <= n; i++) {
    source = new Variable("source", i);
    const target = new Variable("target", i);
    targets.push(target);
    new Stay(source, NORMAL, planner);
    new Scale(source, scale, offset, target, REQUIRED, planner);
  }
  const target = targets[n - 1];
  const others = () => targets.slice(0, n - 1).reduce((sum, each) => sum + each.value, 0);
  change(planner, source, 17);
  let sum = target.value;
  change(planner, target, 1050);
  sum += source.value;
  change(planner, scale, 5);
  sum += others();
  change(planner, offset, 2000);
  return sum + others();
}

export default function run(n) {
  return `chain ${chain(n)}, projection ${projection(n)}`;
}
