-- Records writes of one group. KEYS: m d l x, then p of each bucket touched.
-- ARGV from 18: the number of each of these buckets, then for each write: place of its bucket, user and time for a beat of the
-- default session; else kind and place, user, session hash and time. While users are moving, the place of the bucket where the
-- user was follows after a comma.
local events, due, dropped = {}, {}, 0

local function covers(it, id, stamp)
  local ended = it.tombs[id]
  return ended and (stamp < ended or (stamp == ended and not it.by[id]))
end

local function bury(it, id, at, here)
  local known = it.tombs[id]
  if it.live[id] or (known and known > at) then return end
  it.tombs[id] = nil
  if now - at > timeout then return end
  it.tombs[id] = at
  it.by[id] = here
  local count, oldest = 0, nil
  for other, ended in pairs(it.tombs) do
    if other ~= ALL and other ~= FORGOTTEN then
      count = count + 1
      if not oldest or ended < it.tombs[oldest] then oldest = other end
    end
  end
  if count > most then -- a flood of session ids must not fatten a user: the oldest mark covers them all
    local ended = it.tombs[oldest]
    it.tombs[oldest] = nil
    bury(it, ALL, ended, it.by[oldest])
  end
end

local function dropOldest(it)
  local count, oldest = 0, nil
  for id, beat in pairs(it.live) do
    count = count + 1
    if not oldest or beat < it.live[oldest] then oldest = id end
  end
  if count > most then
    local beat = it.live[oldest]
    it.live[oldest] = nil
    see(it, beat)
    if now - beat <= timeout then dropped = dropped + 1 end
  end
end

local apply = {}

function apply.b(it, id, stamp)
  if it.live[id] then
    it.live[id] = math.max(it.live[id], stamp)
  elseif covers(it, FORGOTTEN, stamp) then
    return
  elseif now - stamp > timeout or covers(it, id, stamp) or covers(it, ALL, stamp) then
    see(it, stamp)
  else
    it.tombs[id] = nil
    it.live[id] = stamp
    dropOldest(it)
  end
end

local function endOne(it, id, at)
  local beat = it.live[id]
  if beat and beat <= at then
    it.live[id] = nil
    see(it, beat)
    it.ended = true
  end
end

function apply.e(it, id, at)
  endOne(it, id, at)
  bury(it, id, at, true)
end

function apply.a(it, _, at)
  for id in pairs(it.live) do endOne(it, id, at) end
  for id, ended in pairs(it.tombs) do
    if ended <= at and id ~= ALL and id ~= FORGOTTEN then it.tombs[id] = nil end
  end
  bury(it, ALL, at, true)
end

function apply.f(it, _, at)
  for _, beat in pairs(it.live) do see(it, beat) end
  local newest = math.max(at, it.seen or 0)
  it.ended, it.seen, it.live = true, nil, {}
  for id, ended in pairs(it.tombs) do
    if ended <= newest then it.tombs[id] = nil end
  end
  bury(it, FORGOTTEN, newest, true)
end

local function placeOf(code, user)
  local to, from = string.match(code, '(%d+),?(%d*)')
  if from == '' then return tonumber(to) end
  local isMoved = M[16] == ARGV[15] and redis.call('HEXISTS', KEYS[5 + from], user) == 0
  return tonumber(isMoved and to or from)
end

-- Applies a write; returns where the next one begins.
local function applyAt(i, it)
  local code, at = ARGV[i], i + 2
  local kind, session = 'b', DEFAULT
  if not tonumber(code) then
    kind, session, at = string.sub(code, 1, 1), ARGV[i + 2], i + 3
  end
  apply[kind](it, session, math.max(1, math.min(now, tonumber(ARGV[at]))))
  return at + 1
end

local isEarly, i, last = made <= now, 14 + #KEYS, #ARGV
while i <= last do
  local user, place = ARGV[i + 1], tonumber(ARGV[i])
  local known, value = nil, nil
  if place then
    value = redis.call('HGET', KEYS[5 + place], user)
    known = tonumber(value)
  end
  if known and known > 0 and isEarly and ARGV[i + 4] ~= user then -- a lone beat of one who has the default session only
    if tonumber(ARGV[i + 2]) > known then redis.call('HSET', KEYS[5 + place], user, ARGV[i + 2]) end
    i = i + 3
  else
    if not place then
      place = placeOf(ARGV[i], user)
      value = redis.call('HGET', KEYS[5 + place], user)
    end
    local it = load(KEYS[4], user, value)
    repeat i = applyAt(i, it) until ARGV[i + 1] ~= user
    if it.ended then
      local from, live = onlineFrom(), false
      for _, beat in pairs(it.live) do live = live or beat >= from end
      if not live then lapse(it, 0) end
    end
    local direction = store(KEYS[5 + place], KEYS[4], it)
    if direction then
      events[#events + 1] = user
      events[#events + 1] = direction
      online = online + (direction == 1 and 1 or -1)
    end
    due[place] = math.min(due[place] or math.huge, it.due)
  end
end
for place, at in pairs(due) do
  if at < math.huge then redis.call('ZADD', KEYS[2], 'LT', at, ARGV[18 + place]) end
end
finish(events)
return {'DONE', now, run, dropped}
