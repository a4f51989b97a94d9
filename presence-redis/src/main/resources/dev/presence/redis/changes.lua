-- The rest of what is recorded: whatever needs more than a comparison.
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

local function bucketOf(write)
  local to, from = write[3], write[4]
  if not from then return to end
  local isMoved = M[16] == ARGV[15] and redis.call('HEXISTS', KEYS[from], write[1]) == 0
  return isMoved and to or from
end

local k = 1
while k <= count do
  local user, bucket = rest[k][1], bucketOf(rest[k])
  local it = load(KEYS[4], user, redis.call('HGET', KEYS[bucket], user))
  repeat
    local write = rest[k]
    apply[write[2]](it, write[5] or DEFAULT, math.min(now, write[6]))
    k = k + 1
  until k > count or rest[k][1] ~= user
  if it.ended then
    local from, live = onlineFrom(), false
    for _, beat in pairs(it.live) do live = live or beat >= from end
    if not live then lapse(it, 0) end
  end
  local direction = store(KEYS[bucket], KEYS[4], it)
  if direction then
    events[#events + 1] = user
    events[#events + 1] = direction
    online = online + (direction == 1 and 1 or -1)
  end
  dueAt(bucket, it.due)
end
return settle()
