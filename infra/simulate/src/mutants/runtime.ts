import type { Awaitable, LogMessage, OutboxRow, OutgoingRecord } from '@murmuration/choreography/ports'
import { Transient } from '@murmuration/contracts'
import type { Mutant, Ports } from './mutant.ts'
import { relaying, transactions } from './wrap.ts'

function asItDecodes(message: LogMessage): LogMessage {
  if (message.wire === undefined) return message
  const { key, headers } = message.wire()
  return {
    ...message,
    key: key?.toString() ?? null,
    headers: Object.fromEntries(headers.map(([name, value]) => [String(name), value?.toString() ?? ''])),
  }
}

/** Records of one topic go in one send. */
async function publish({ eventLog }: Ports, records: readonly OutgoingRecord[]): Promise<void> {
  for (const [topic, together] of Map.groupBy(records, (record) => record.topic)) await eventLog.producer().send(topic, together)
}

/** The sends of an instance, done in another way. */
const sending = (
  ports: Ports,
  send: (topic: string, records: readonly OutgoingRecord[], really: Ports['eventLog']) => Promise<void>,
): Ports => ({
  ...ports,
  eventLog: {
    ...ports.eventLog,
    producer: () => ({ ...ports.eventLog.producer(), send: (topic, records) => send(topic, records, ports.eventLog) }),
  },
})

/** Does a step; what the server said of its state comes back as if it had said it of the data. */
async function misread<Value>(step: () => Awaitable<Value>): Promise<Value> {
  try {
    return await step()
  } catch (error) {
    if (!(error instanceof Transient) || !(error.cause instanceof Error)) throw error
    throw Object.assign(new Error(error.cause.message), { code: '22000' })
  }
}

/** Faults of the runtime: each breaks one promise of its delivery. */
export const runtimeMutants: readonly Mutant[] = [
  {
    name: 'inbox-ignored',
    breaks: 'the inbox lets in what it has seen',
    ports: (ports) => ({
      ...ports,
      store: transactions(ports.store, ({ admit }) => ({
        admit: async (what) => ({ ...(await admit(what)), events: new Set(what.events.map(({ id }) => id)) }),
      })),
    }),
  },
  {
    name: 'published-before-commit',
    breaks: 'commit and publish are swapped: events go out before their transaction has committed',
    ports: (ports) => ({
      ...ports,
      store: transactions(ports.store, ({ commit }) => ({
        async commit(writes) {
          await publish(ports, writes.outbox)
          return commit(writes)
        },
      })),
    }),
  },
  {
    name: 'two-transactions',
    breaks: 'the state and its events are written by two transactions, one after the other',
    ports: (ports) => ({
      ...ports,
      store: transactions(ports.store, ({ commit }) => ({
        async commit(writes) {
          if (writes.outbox.length === 0) return commit(writes)
          await commit({ ...writes, outbox: [] })
          const second = await ports.store.begin()
          return second.commit({ rows: [], arm: [], disarm: [], effects: [], parked: [], outbox: writes.outbox })
        },
      })),
    }),
  },
  {
    name: 'offsets-before-handling',
    breaks: 'offsets are committed when messages arrive, before they are handled',
    ports: (ports) => ({
      ...ports,
      eventLog: {
        ...ports.eventLog,
        async consume(options) {
          let consumer: Awaited<ReturnType<Ports['eventLog']['consume']>> | undefined
          const deliver: typeof options.deliver = async (messages) => {
            const last = messages.at(-1)
            if (last !== undefined) await consumer?.commit([{ ...last, offset: String(BigInt(last.offset) + 1n) }]).catch(() => {})
            return options.deliver(messages)
          }
          consumer = await ports.eventLog.consume({ ...options, deliver })
          return consumer
        },
      },
    }),
  },
  {
    name: 'handed-over-before-commit',
    breaks: 'services in one process hand over what they are about to commit',
    ports: (ports) => ({
      ...ports,
      store: transactions(ports.store, ({ commit }) => ({
        commit(writes) {
          const rows = writes.outbox.map((record, at) => ({ ...record, seq: `${record.id} ${at}` }))
          ports.handOver?.offer(
            rows.map((row) => ({ row, partition: ports.eventLog.partitionOf(row.topic, row.key) })),
            true,
          )
          return commit(writes)
        },
      })),
    }),
  },
  {
    name: 'passed-over-before-commit',
    breaks: 'what was handed over is passed over in the log also while it is under way: its offset is committed before it is',
    ports(ports) {
      const taken = new Set<string>()
      const { handOver, eventLog } = ports
      return {
        ...ports,
        handOver: handOver && {
          ...handOver,
          join: (receiver) =>
            handOver.join({
              ...receiver,
              take(messages, atOnce) {
                for (const { id = '' } of atOnce ? messages : []) taken.add(id)
                return receiver.take(messages, atOnce)
              },
            }),
        },
        eventLog: {
          ...eventLog,
          consume: (options) =>
            eventLog.consume({
              ...options,
              deliver: (messages, end) => {
                const last = messages.at(-1)
                const behind = end ?? (last && { ...last, offset: String(BigInt(last.offset) + 1n) })
                return options.deliver(
                  messages.filter(({ headers }) => !taken.has(headers['ce_id'] ?? '')),
                  behind,
                )
              },
            }),
        },
      }
    },
  },
  {
    name: 'handed-over-out-of-order',
    breaks: 'what is handed over comes in another order than it was committed in',
    ports: ({ handOver, ...ports }) => ({
      ...ports,
      handOver: handOver && { ...handOver, offer: (rows, atOnce) => handOver.offer(rows.toReversed(), atOnce) },
    }),
  },
  {
    name: 'handed-over-past-the-log',
    breaks: 'what is handed over does not wait for what went through the log alone, nor for what other instances wrote',
    ports: ({ handOver, ...ports }) => ({
      ...ports,
      handOver: handOver && { ...handOver, offer: (rows) => handOver.offer(rows, true), unsettle: () => {} },
    }),
  },
  {
    name: 'text-unsanitised',
    breaks: 'key and headers of a message are taken as the text that they decode to, also where no database can hold it',
    ports: (ports) => ({
      ...ports,
      eventLog: {
        ...ports.eventLog,
        consume: (options) =>
          ports.eventLog.consume({ ...options, deliver: (messages, end) => options.deliver(messages.map(asItDecodes), end) }),
      },
    }),
  },
  {
    name: 'marked-before-acknowledged',
    breaks: 'outbox rows are deleted before the broker has acknowledged their events',
    ports: (ports) =>
      sending(ports, async (topic, records, really) => {
        // What the publisher sends are outbox rows.
        await ports.store.relay.published((records as readonly OutboxRow[]).map(({ seq }) => seq))
        await really.producer().send(topic, records)
      }),
  },
  {
    name: 'failed-send-taken-for-done',
    breaks: 'a send that failed counts as done',
    ports: (ports) =>
      sending(ports, (topic, records, really) =>
        really
          .producer()
          .send(topic, records)
          .catch(() => {}),
      ),
  },
  {
    name: 'order-per-key-lost',
    breaks: 'the publisher sends the events of a key in another order than they were committed in',
    ports: (ports) => sending(ports, (topic, records, really) => really.producer().send(topic, records.toReversed())),
  },
  {
    name: 'timers-forgotten',
    breaks: 'an instance fires only the timers that it has armed itself since it started',
    ports(ports) {
      const armed = new Set<string>()
      const store = transactions(ports.store, ({ commit }) => ({
        async commit(writes) {
          for (const { sagaId, name } of writes.arm) armed.add(`${sagaId} ${name}`)
          return commit(writes)
        },
      }))
      return {
        ...ports,
        store: relaying(store, {
          async dueTimers(limit) {
            const { due, nextInMs } = await ports.store.relay.dueTimers(limit)
            const known = due.filter(({ sagaId, name }) => armed.has(`${sagaId} ${name}`))
            return { due: known, nextInMs: known.length < due.length ? 1_000 : nextInMs }
          },
        }),
      }
    },
  },
  {
    name: 'adoption-ignored',
    breaks: 'nobody takes over what an instance that died has left in its outbox',
    ports: (ports) => ({ ...ports, store: relaying(ports.store, { adopt: () => Promise.resolve({ outbox: 0, effects: 0 }) }) }),
  },
  {
    name: 'effect-key-not-stable',
    breaks: 'an instance that takes a side effect over calls it under an idempotency key of its own',
    effects: (effects, instance) =>
      Object.fromEntries(
        Object.entries(effects).map(([name, handler]) => [
          name,
          (request: never, call: Parameters<typeof handler>[1]) => handler(request, { ...call, key: `${call.key} by ${instance}` }),
        ]),
      ),
  },
  {
    name: 'outage-taken-for-defect',
    breaks: 'what passes by itself, as a database that is read only for a while, is taken for a message that can never be handled',
    ports: (ports) => ({
      ...ports,
      store: transactions({ ...ports.store, begin: () => misread(ports.store.begin) }, ({ admit, load, commit }) => ({
        admit: (what) => misread(() => admit(what)),
        load: (table, keys) => misread(() => load(table, keys)),
        commit: (writes) => misread(() => commit(writes)),
      })),
    }),
  },
  {
    name: 'deferred-forgotten',
    breaks: 'what came early is forgotten instead of being tried again',
    ports: (ports) => ({
      ...ports,
      store: transactions(ports.store, ({ commit }) => ({
        commit: (writes) => commit({ ...writes, parked: writes.parked.filter(({ status }) => status !== 'deferred') }),
      })),
    }),
  },
]
