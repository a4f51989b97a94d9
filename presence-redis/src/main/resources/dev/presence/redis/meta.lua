-- What a read has to know of a group besides its users: time, whether it is quiet, whether users are moving. Writes nothing.
-- KEYS: m.
local time = redis.call('TIME')
local m = redis.call('HMGET', KEYS[1], 'high', 'swept', 'period', 'quiet', 'benefit', 'step')
return {time[1] * 1000 + math.floor(time[2] / 1000), m[1], m[2], m[3], m[4], m[5], m[6]}
