-- What the scripts that change users have in common.

-- From when on a beat keeps its user online, be it with the benefit of the doubt.
local function onlineFrom()
  local from = now - timeout
  if now <= quiet then return math.min(from, benefit) end
  if swept and period and now - swept > 3 * period then
    local certain = swept - timeout
    return math.min(from, swept <= quiet and math.min(benefit, certain) or certain)
  end
  return from
end

local ALL, FORGOTTEN, DEFAULT = string.rep('\255', 8), string.rep('\254', 8), string.rep('\0', 8)
local LONGEST = 64 -- bytes; a longer value would unpack the whole bucket

-- What the keys say of a user: live sessions and tombstones by session hash, and the last seen of sessions that are neither.
local function load(x, user, value)
  local it = {user = user, live = {}, tombs = {}, by = {}, ended = false, due = math.huge, value = value}
  local time, packed = tonumber(value), nil
  if value and not time then
    local first, seen, rest = string.match(value, '^(-?%d*):(%d*):(.*)$')
    time, it.seen, packed = tonumber(first), tonumber(seen), rest
    it.isLong = packed == 'x'
    if it.isLong then packed = redis.call('HGET', x, user) or '' end
  end
  it.online = time ~= nil and time > 0
  if time and time < 0 then it.seen = math.max(it.seen or 0, -time) end
  if packed then
    for i = 1, #packed, 16 do
      local id, at = string.sub(packed, i, i + 7), struct.unpack('>i8', string.sub(packed, i + 8, i + 15))
      if at > 0 then
        it.live[id] = at
      elseif now + at <= timeout then
        it.tombs[id] = -at
      end
    end
  elseif it.online then
    it.live[DEFAULT] = time
  end
  return it
end

local function see(it, at)
  it.seen = math.max(it.seen or 0, at)
end

-- Lets go of sessions that have not beaten for longer than the delay. Returns the newest of their beats, if there is one.
local function lapse(it, delay)
  local newest = nil
  for id, beat in pairs(it.live) do
    if now - beat > delay then
      it.live[id] = nil
      see(it, beat)
      newest = math.max(newest or beat, beat)
    end
  end
  return newest
end

-- Writes a user back. Returns the transition, if it is one: 1 for online, 0 for offline.
local function store(p, x, it)
  local newest, entries, more = 0, {}, false
  for id, beat in pairs(it.live) do
    newest = math.max(newest, beat)
    more = more or id ~= DEFAULT
    entries[#entries + 1] = id .. struct.pack('>i8', beat)
    it.due = math.min(it.due, beat + timeout + grace + 1)
  end
  for id, ended in pairs(it.tombs) do
    more = true
    entries[#entries + 1] = id .. struct.pack('>i8', -ended)
    it.due = math.min(it.due, ended + timeout + 1)
  end
  local isOnline, seen, value = newest > 0, nil, ''
  if isOnline then
    value = string.format('%.0f', newest)
    if it.seen and it.seen > newest then seen = it.seen end
  elseif it.seen and retention > 0 and now - it.seen <= retention then
    value = string.format('%.0f', -it.seen)
    it.due = math.min(it.due, it.seen + retention + 1)
  end
  local long = nil
  if more or seen then
    local packed = table.concat(entries)
    value = value .. ':' .. (seen and string.format('%.0f', seen) or '') .. ':'
    if #value + #packed > LONGEST then
      long, packed = packed, 'x'
    end
    value = value .. packed
  end
  if long then
    redis.call('HSET', x, it.user, long)
  elseif it.isLong then
    redis.call('HDEL', x, it.user)
  end
  if value ~= '' then
    if value ~= it.value then redis.call('HSET', p, it.user, value) end
  elseif it.value then
    redis.call('HDEL', p, it.user)
  end
  if isOnline ~= it.online then return isOnline and 1 or 0 end
  return nil
end
