/**
 * What Redis does in one go, so that two nodes never see half of it. One script with a name as first argument: had each operation
 * a script of its own, one that Redis does not know yet could be overtaken by the next.
 *
 * Keys, all with the prefix in braces, so that a cluster keeps them in one slot: `nodes` a set of ids; of each node `node:` a hash,
 * `calls:` session → will, `answered:` session → time, `ids:` id → session, `orphans:` session → duration and will, and
 * `taken:` the sessions that others took over. Each expires when its node has not beaten for as long as ARGV[2] says, in milliseconds.
 */
export const script = `
local prefix, op, keep = KEYS[1], ARGV[1], tonumber(ARGV[2])
local own = ARGV[3]
local nodes = prefix .. ':nodes'
local function key(kind, node) return prefix .. ':' .. kind .. ':' .. node end
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function stay(name) redis.call('PEXPIRE', name, keep) end
local function unlessMoved(node, session, first, last)
  for i = first, last do
    if redis.call('HGET', key('ids', node), ARGV[i]) == session then redis.call('HDEL', key('ids', node), ARGV[i]) end
  end
end
local operations = {}

function operations.join()
  redis.call('DEL', key('taken', own), key('node', own), key('calls', own), key('answered', own), key('ids', own))
  redis.call('SADD', nodes, own)
  redis.call('HSET', key('node', own), 'address', ARGV[4], 'beats', 1, 'at', now(), 'left', 0)
  stay(key('node', own))
  stay(nodes)
  return 1
end

function operations.beat()
  if redis.call('EXISTS', key('node', own)) == 0 then
    if redis.call('EXISTS', key('taken', own)) == 0 then return {'unknown'} end
    local sessions = redis.call('SMEMBERS', key('taken', own))
    table.insert(sessions, 1, 'taken')
    return sessions
  end
  redis.call('HINCRBY', key('node', own), 'beats', 1)
  redis.call('HSET', key('node', own), 'at', now())
  for _, kind in ipairs({'node', 'calls', 'answered', 'ids', 'orphans'}) do stay(key(kind, own)) end
  stay(nodes)
  local reply = {'alive', tostring(redis.call('HLEN', key('orphans', own)))}
  for _, id in ipairs(redis.call('SMEMBERS', nodes)) do
    if id ~= own then
      local found = redis.call('HMGET', key('node', id), 'address', 'beats', 'left')
      if found[1] then
        for _, text in ipairs({id, found[1], found[2], found[3]}) do table.insert(reply, text) end
      else
        redis.call('SREM', nodes, id)
      end
    end
  end
  return reply
end

function operations.note()
  local session, added = ARGV[4], tonumber(ARGV[7])
  if redis.call('EXISTS', key('node', own)) == 0 then return 0 end
  redis.call('HSET', key('calls', own), session, ARGV[5])
  if ARGV[6] == '1' then redis.call('HSETNX', key('answered', own), session, now()) end
  unlessMoved(own, session, 8 + added, #ARGV)
  for i = 8, 7 + added do redis.call('HSET', key('ids', own), ARGV[i], session) end
  for _, kind in ipairs({'calls', 'answered', 'ids'}) do stay(key(kind, own)) end
  return 1
end

function operations.over()
  redis.call('HDEL', key('calls', own), ARGV[4])
  redis.call('HDEL', key('answered', own), ARGV[4])
  unlessMoved(own, ARGV[4], 5, #ARGV)
  return 1
end

function operations.find()
  local all = redis.call('SMEMBERS', nodes)
  for i = 4, #ARGV do
    for _, node in ipairs(all) do
      local here = redis.call('HEXISTS', key('calls', node), ARGV[i]) == 1 or redis.call('HEXISTS', key('ids', node), ARGV[i]) == 1
      local address = here and redis.call('HGET', key('node', node), 'address')
      if address then return {node, address} end
    end
  end
  return {}
end

function operations.node()
  local address = redis.call('HGET', key('node', own), 'address')
  if address then return {own, address} end
  return {}
end

local function pairsOf(flat)
  local i = -1
  return function()
    i = i + 2
    return flat[i], flat[i + 1]
  end
end

function operations.claim()
  local by = ARGV[5]
  if redis.call('HGET', key('node', own), 'beats') ~= ARGV[4] or redis.call('EXISTS', key('node', by)) == 0 then return 0 end
  local last = tonumber(redis.call('HGET', key('node', own), 'at'))
  redis.call('SADD', key('taken', own), '')
  for session, will in pairsOf(redis.call('HGETALL', key('calls', own))) do
    local answered = tonumber(redis.call('HGET', key('answered', own), session) or last)
    redis.call('HSET', key('orphans', by), session, string.format('%d ', math.max(0, last - answered)) .. will)
    redis.call('SADD', key('taken', own), session)
  end
  for session, orphan in pairsOf(redis.call('HGETALL', key('orphans', own))) do
    redis.call('HSET', key('orphans', by), session, orphan)
  end
  redis.call('DEL', key('node', own), key('calls', own), key('answered', own), key('ids', own), key('orphans', own))
  redis.call('SREM', nodes, own)
  stay(key('taken', own))
  stay(key('orphans', by))
  return 1
end

function operations.orphans() return redis.call('HGETALL', key('orphans', own)) end

function operations.settled()
  redis.call('HDEL', key('orphans', own), ARGV[4])
  return 1
end

function operations.leave()
  if redis.call('EXISTS', key('node', own)) == 0 then return 0 end
  if redis.call('HLEN', key('calls', own)) + redis.call('HLEN', key('orphans', own)) > 0 then
    redis.call('HSET', key('node', own), 'left', 1)
  else
    redis.call('DEL', key('node', own), key('answered', own), key('ids', own))
    redis.call('SREM', nodes, own)
  end
  return 1
end

return operations[op]()
`;
