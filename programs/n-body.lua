-- The orbits of the Jovian planets, by a symplectic integrator (from the Computer Language Benchmarks Game).
--
-- Bodies are tables with named fields. All bodies have the same shape (hidden class), so each `body.x` is a shape check and a load
-- from a known slot; within one iteration the check is made once a body. Values are doubles and stay unboxed between load and store.
-- Usage: n-body.lua [steps]

local steps = tonumber(arg and arg[1]) or 600000

local solar_mass = 4 * math.pi * math.pi
local days = 365.24

local function body(x, y, z, vx, vy, vz, mass)
  return { x = x, y = y, z = z, vx = vx * days, vy = vy * days, vz = vz * days, mass = mass * solar_mass }
end

local bodies = {
  body(0, 0, 0, 0, 0, 0, 1), -- the sun
  body(4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
    1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05, 9.54791938424326609e-04), -- Jupiter
  body(8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
    -2.76742510726411269e-03, 4.99852801234917238e-03, 2.30417297573763929e-05, 2.85885980666130812e-04), -- Saturn
  body(1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
    2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05, 4.36624404335156298e-05), -- Uranus
  body(1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
    2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05, 5.15138902046611451e-05), -- Neptune
}

local function advance(bodies, count, dt)
  for i = 1, count do
    local a = bodies[i]
    local ax, ay, az, mass = a.x, a.y, a.z, a.mass
    local vx, vy, vz = a.vx, a.vy, a.vz
    for j = i + 1, count do
      local b = bodies[j]
      local dx, dy, dz = ax - b.x, ay - b.y, az - b.z
      local square = dx * dx + dy * dy + dz * dz
      local magnitude = math.sqrt(square)
      magnitude = dt / (magnitude * square)
      local pull = b.mass * magnitude
      vx = vx - dx * pull
      vy = vy - dy * pull
      vz = vz - dz * pull
      pull = mass * magnitude
      b.vx = b.vx + dx * pull
      b.vy = b.vy + dy * pull
      b.vz = b.vz + dz * pull
    end
    a.vx, a.vy, a.vz = vx, vy, vz
    a.x = ax + dt * vx
    a.y = ay + dt * vy
    a.z = az + dt * vz
  end
end

local function energy(bodies, count)
  local e = 0
  for i = 1, count do
    local a = bodies[i]
    e = e + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, count do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      e = e - a.mass * b.mass / math.sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

-- Give the sun the momentum that makes the whole system stand still.
local function offset_momentum(bodies, count)
  local px, py, pz = 0, 0, 0
  for i = 1, count do
    local b = bodies[i]
    px = px + b.vx * b.mass
    py = py + b.vy * b.mass
    pz = pz + b.vz * b.mass
  end
  local sun = bodies[1]
  sun.vx = -px / solar_mass
  sun.vy = -py / solar_mass
  sun.vz = -pz / solar_mass
end

offset_momentum(bodies, #bodies)
print("energy before", energy(bodies, #bodies))
for _ = 1, steps do advance(bodies, #bodies, 0.01) end
print("energy after", energy(bodies, #bodies))
print("the sun is at", bodies[1].x .. " " .. bodies[1].y .. " " .. bodies[1].z)
