import { expect, it } from 'vitest'
import { type EventLog, type OutboxRow, type Relay, TooLarge } from '../ports.ts'
import { processSurroundings } from '../surroundings.ts'
import { publisher } from './publisher.ts'

const OWNER = 'this instance'
const row = (seq: string): OutboxRow => ({ seq, id: `event ${seq}`, topic: 'test.events', key: 'one', headers: {}, body: '{}' })

/** Resolves after so many other promises. */
async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await Promise.resolve()
}

// The answers to sends and deletions may come at any moment, also between the end of the work before and the note that it has ended.
it.each(Array.from({ length: 8 }, (_, sent) => sent))('sends and deletes every row, whenever the answers come (%i)', async (sent) => {
  for (let deleted = 0; deleted < 8; deleted++)
    for (let pause = 0; pause < 12; pause++) {
      const left = new Set(['1', '2', '3'])
      const seen: string[] = []
      const relay = {
        owner: () => OWNER,
        unpublished: () => Promise.resolve({ rows: [], blocked: false }),
        async published(seqs: readonly string[]) {
          await turns(deleted)
          for (const seq of seqs) left.delete(seq)
        },
      } as Partial<Relay> as Relay
      const send = async (_topic: string, records: readonly { readonly id: string }[]) => {
        await turns(sent)
        seen.push(...records.map(({ id }) => id))
      }
      const eventLog = { producer: () => ({ send, close: () => Promise.resolve() }) } as Partial<EventLog> as EventLog
      const publishing = publisher({ ...processSurroundings, sleep: () => turns(deleted) }, eventLog, relay)
      await publishing.sweep(false)
      for (const seq of left) {
        publishing.committing(['one'])({ rows: [row(seq)], behindOthers: false, owner: OWNER })
        await turns(pause)
      }
      await turns(100)
      expect({ seen, left: [...left] }, `deletions take ${deleted}, publishing again after ${pause}`).toEqual({
        seen: ['event 1', 'event 2', 'event 3'],
        left: [],
      })
    }
})

it.each(['comes late', 'is lost'])('sends what it takes over before what it commits meanwhile, also when the answer %s', async (answer) => {
  const table: OutboxRow[] = []
  const seen: string[] = []
  const relay = {
    owner: () => OWNER,
    unpublished: (_limit: number, except: readonly string[]) => ({
      rows: table.filter(({ seq }) => !except.includes(seq)),
      blocked: false,
    }),
    published: (seqs: readonly string[]) =>
      void seqs.map((seq) =>
        table.splice(
          table.findIndex((each) => each.seq === seq),
          1,
        ),
      ),
  } as Partial<Relay> as Relay
  const send = (_topic: string, records: readonly { readonly id: string }[]) =>
    Promise.resolve(void seen.push(...records.map(({ id }) => id)))
  const eventLog = { producer: () => ({ send, close: () => Promise.resolve() }) } as Partial<EventLog> as EventLog
  const publishing = publisher(processSurroundings, eventLog, relay)
  await publishing.sweep(false)
  const adopting = publishing.takeOver(async (taking) => {
    taking()
    table.push(row('1'))
    const committed = publishing.committing(['one'])
    table.push(row('2'))
    committed({ rows: [row('2')], behindOthers: false, owner: OWNER })
    await turns(20)
    if (answer === 'is lost') throw new Error('the answer was lost')
  })
  await Promise.allSettled([adopting])
  await expect.poll(() => seen).toEqual(['event 1', 'event 2'])
})

// fault: larger than the broker takes
it('halves what the broker finds too large, sets aside what is too large by itself, and lets only its key wait', async () => {
  const large = (seq: string, key: string, bytes: number): OutboxRow => ({ ...row(seq), key, body: 'x'.repeat(bytes) })
  const rows = [
    large('1', 'small', 10),
    large('2', 'large', 5_000),
    large('3', 'large', 10),
    large('4', 'other', 10),
    large('5', 'small', 10),
    large('6', 'other', 1_000),
  ]
  const [seen, refused, tried]: [string[], string[], number[]] = [[], [], []]
  const relay = {
    owner: () => OWNER,
    unpublished: () => ({ rows: [], blocked: false }),
    published() {},
    refused: (seq: string) => void refused.push(seq),
  } as Partial<Relay> as Relay
  const send = (_topic: string, records: readonly { readonly id: string; readonly body: string }[]) => {
    const bytes = records.reduce((sum, { body }) => sum + body.length, 0)
    tried.push(records.length)
    if (bytes > 1_500) return Promise.reject(new TooLarge(`${bytes} bytes are too many`))
    seen.push(...records.map(({ id }) => id))
    return Promise.resolve()
  }
  const eventLog = { producer: () => ({ send, close: () => Promise.resolve() }) } as Partial<EventLog> as EventLog
  const publishing = publisher(processSurroundings, eventLog, relay)
  await publishing.sweep(false)
  publishing.committing(['small', 'large', 'other'])({ rows, behindOthers: false, owner: OWNER })
  await expect.poll(() => seen).toEqual(['event 1', 'event 4', 'event 5', 'event 6'])
  expect(refused).toEqual(['2'])
  expect(tried.length).toBeLessThan(12)
})

it('leaves what was committed under a name that it has lost since to be taken over: what it commits for the same key comes after that', async () => {
  const seen: string[] = []
  const relay = {
    owner: () => 'the new name',
    unpublished: () => ({ rows: [], blocked: false }),
    published() {},
  } as Partial<Relay> as Relay
  const send = (_topic: string, records: readonly { readonly id: string }[]) =>
    Promise.resolve(void seen.push(...records.map(({ id }) => id)))
  const eventLog = { producer: () => ({ send, close: () => Promise.resolve() }) } as Partial<EventLog> as EventLog
  const publishing = publisher(processSurroundings, eventLog, relay)
  await publishing.sweep(false)
  publishing.committing(['one'])({ rows: [row('1')], behindOthers: false, owner: 'the lost name' })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(seen).toEqual([])
})
