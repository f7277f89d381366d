-- Balls in a box: small objects with methods, integers and comparisons.
local Random = {}
Random.__index = Random
function Random.new() return setmetatable({ seed = 74755 }, Random) end
function Random:next()
  self.seed = (self.seed * 1309 + 13849) % 65536
  return self.seed
end

local Ball = {}
Ball.__index = Ball
function Ball.new(random)
  return setmetatable({ x = random:next() % 500, y = random:next() % 500, vx = random:next() % 300 - 150, vy = random:next() % 300 - 150 }, Ball)
end
function Ball:bounce()
  local bounced = false
  self.x = self.x + self.vx
  self.y = self.y + self.vy
  if self.x > 500 then
    self.x, self.vx, bounced = 500, -math.abs(self.vx), true
  elseif self.x < 0 then
    self.x, self.vx, bounced = 0, math.abs(self.vx), true
  end
  if self.y > 500 then
    self.y, self.vy, bounced = 500, -math.abs(self.vy), true
  elseif self.y < 0 then
    self.y, self.vy, bounced = 0, math.abs(self.vy), true
  end
  return bounced
end

return function(steps)
  local random, balls, bounces = Random.new(), {}, 0
  for i = 1, 100 do balls[i] = Ball.new(random) end
  for _ = 1, steps do
    for _, ball in ipairs(balls) do
      if ball:bounce() then bounces = bounces + 1 end
    end
  end
  return string.format("%d", bounces)
end
