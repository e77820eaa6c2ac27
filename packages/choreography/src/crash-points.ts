import { existsSync, readFileSync, rmSync } from 'node:fs'
import type { EventLog, LogConsumer, Store } from './ports.ts'
import type { EffectHandler } from './runtime/effects.ts'

/**
 * The moments between two steps that a crash must not part:
 * `committed` events or effects are in the database and nothing was sent; `published` events are in the log and not marked; `marked` they are, and
 * the offsets of what was handled are not committed; `performed` the outside world did it, and its result is not stored.
 */
export const crashPoints = ['committed', 'published', 'marked', 'performed'] as const
export type CrashPoint = (typeof crashPoints)[number]

interface Parts {
  readonly store: Store
  readonly eventLog: EventLog
  readonly effects: Readonly<Record<string, EffectHandler>>
}

/**
 * For fault tests on real processes: when the file is there and says `<point> <n>`, the n-th passing of that point from then on kills this very
 * process (SIGKILL). The file is removed before, so that the next process lives.
 */
export function withCrashPoints({ store, eventLog, effects }: Parts, file: string, crash = () => killMyself()): Parts {
  let passings = 0
  const pass = (point: CrashPoint) => {
    if (!existsSync(file)) return
    const [meant, n] = readFileSync(file, 'utf8').trim().split(' ')
    if (meant !== point || ++passings < Number(n)) return
    passings = 0
    rmSync(file)
    crash()
  }
  // Set by `published` events that were marked, so that a commit of offsets is the next step.
  let marked = false
  const relay: Store['relay'] = {
    ...store.relay,
    async published(seqs) {
      await store.relay.published(seqs)
      marked = true
    },
  }
  return {
    store: {
      ...store,
      relay,
      async begin() {
        const tx = await store.begin()
        return {
          ...tx,
          async commit(writes) {
            const committed = await tx.commit(writes)
            if (writes.outbox.length + writes.effects.length > 0) pass('committed')
            return committed
          },
        }
      },
    },
    eventLog: {
      ...eventLog,
      consume: async (options) => beforeCommit(await eventLog.consume(options), () => marked && pass('marked')),
      producer() {
        const producer = eventLog.producer()
        return {
          ...producer,
          async send(topic, records) {
            await producer.send(topic, records)
            pass('published')
          },
        }
      },
    },
    effects: Object.fromEntries(
      Object.entries(effects).map(([name, handler]): [string, EffectHandler] => [
        name,
        async (request, call) => {
          const result = await handler(request, call)
          pass('performed')
          return result
        },
      ]),
    ),
  }
}

const beforeCommit = (consumer: LogConsumer, hook: () => void): LogConsumer => ({
  ...consumer,
  async commit(positions) {
    hook()
    await consumer.commit(positions)
  },
})

const killMyself = (): void => {
  process.kill(process.pid, 'SIGKILL')
}
