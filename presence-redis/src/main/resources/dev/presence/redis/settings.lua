-- What all nodes agree on: ours if there is nothing yet, ours in place of an older version, else what is there. KEYS: settings.
-- ARGV: layout, empty if it is not to be decided now, then settings version, timeout, grace, retention, sessions, buckets wanted.
local key = KEYS[1]
if redis.call('EXISTS', key) == 0 then
  if ARGV[1] == '' then return {} end
  redis.call('HSET', key, 'layout', ARGV[1])
end
if tonumber(redis.call('HGET', key, 'version') or 0) < tonumber(ARGV[2]) then
  redis.call('HSET', key, 'version', ARGV[2], 'timeout', ARGV[3], 'grace', ARGV[4], 'retention', ARGV[5], 'sessions', ARGV[6],
    'wanted', ARGV[7])
end
return redis.call('HMGET', key, 'layout', 'version', 'timeout', 'grace', 'retention', 'sessions', 'wanted')
