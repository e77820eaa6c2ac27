import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { eventually, freshDatabase, uniqueName } from '@murmuration/testing'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { GroupMembers } from '../src/kafka/expel.ts'
import { postgresStore } from '../src/postgres/store.ts'
import { kafkaLog } from '../src/testing.ts'
import { brokers } from './foreign.ts'

/** Kills a member of the group, and tells under which id it took part. The broker would wait 30 s for it. */
async function killedMember(group: string, topic: string): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'killed-member.mjs'), brokers.join(','), group, topic], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill('SIGKILL')
  await once(child, 'exit')
  return String(line).trim()
}

/** Milliseconds until a new instance reads. */
async function joins(group: string, topic: string, members: GroupMembers): Promise<number> {
  const log = kafkaLog({ brokers, clientId: 'new', members })
  await log.ensureTopics([topic])
  const from = performance.now()
  const joined = Promise.withResolvers<void>()
  const consumer = await log.consume({
    group,
    topics: [topic],
    from: 'earliest',
    deliver: () => Promise.resolve(),
    reassigned: () => joined.resolve(),
    fatal: joined.reject,
  })
  await joined.promise
  await consumer.close()
  return performance.now() - from
}

// fault: killed consumer
describe('an instance that starts after one that was killed', () => {
  it('takes it out of the group and reads at once, instead of waiting for its session', async () => {
    const [group, topic] = [uniqueName('group'), uniqueName('topic')]
    await kafkaLog({ brokers, clientId: 'topics' }).ensureTopics([topic])
    const memberId = await killedMember(group, topic)
    expect(await joins(group, topic, { joined: () => Promise.resolve(), dead: () => Promise.resolve([memberId]) })).toBeLessThan(8_000)
  })

  it('knows of it by the lock of its database session, and of nobody who lives', async () => {
    const databaseUrl = await freshDatabase()
    const [one, other] = [
      await postgresStore({ databaseUrl, consumer: 'inventory' }),
      await postgresStore({ databaseUrl, consumer: 'inventory' }),
    ]
    const client = new pg.Client(databaseUrl)
    await client.connect()
    onTestFinished(async () => {
      await Promise.all([other.close(), client.end()])
    })
    await one.members.joined('member 1')
    await other.members.joined('member 2')
    expect(await other.members.dead()).toEqual([])
    await one.close()
    await eventually(async () => expect(await other.members.dead()).toEqual(['member 1']))
    expect(await other.members.dead()).toEqual([])
    expect((await client.query('SELECT "memberId" FROM choreography.members')).rows).toEqual([{ memberId: 'member 2' }])
  })

  it('starts all the same when it cannot ask', async () => {
    const [group, topic] = [uniqueName('group'), uniqueName('topic')]
    const dead = () => Promise.reject(new Error('the database is away'))
    expect(await joins(group, topic, { joined: () => Promise.reject(new Error('away')), dead })).toBeLessThan(8_000)
  })
})
